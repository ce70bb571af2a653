import type { LibraryName } from './kinds.ts';
import type { LibraryWords } from './library-template.ts';

export const spanishWords: Readonly<Record<LibraryName, LibraryWords>> = {
  order_confirmation_1: {
    header: 'Pedido recibido',
    body: 'Hola, {{1}}. Gracias por tu pedido. Hemos recibido el pedido {{2}} y lo estamos preparando.',
    params: ['Sol', '#12345'],
    buttons: ['Ver pedido'],
  },
  shipment_confirmation_1: {
    header: 'En camino',
    body: 'Buenas noticias, {{1}}: el pedido {{2}} ya está en camino. Debería llegarte el {{3}} a más tardar.',
    params: ['Sol', '#12345', '05/03/2027'],
    buttons: ['Seguir envío'],
  },
  delivery_update_1: {
    header: null,
    body: 'La entrega del pedido {{1}} tarda más de lo previsto. La nueva fecha es el {{2}}. Sentimos la espera.',
    params: ['#12345', '05/03/2027'],
    buttons: [],
  },
  delivery_failed_1: {
    header: 'No te encontramos',
    body: 'Hoy no pudimos entregar el pedido {{1}} en {{2}}. Lo intentaremos de nuevo el {{3}} si no eliges otro día.',
    params: ['#12345', 'Calle del Jardín 1, Madrid', '05/03/2027'],
    buttons: ['Elegir otro día'],
  },
  payment_due_reminder_1: {
    header: 'Recordatorio de pago',
    body: 'Hola, {{1}}. Un pago de {{2}} vence el {{3}}. Si ya has pagado, no tienes que hacer nada más.',
    params: ['Sol', '25,00 €', '05/03/2027'],
    buttons: ['Pagar ahora', 'Llamar'],
  },
  payment_confirmation_1: {
    header: null,
    body: 'Hemos recibido tu pago de {{1}} por {{2}}. Muchas gracias.',
    params: ['25,00 €', 'la factura 2027-118'],
    buttons: [],
  },
  low_balance_warning_1: {
    header: 'Saldo bajo',
    body: 'La cuenta que termina en {{1}} tiene un saldo de {{2}}. Es menos que los {{3}} con los que querías recibir un aviso.',
    params: ['1234', '12,50 €', '50,00 €'],
    buttons: ['Llamar'],
  },
  fraud_alert_1: {
    header: '¿Has sido tú?',
    body: 'Hemos visto un pago de {{1}} a {{2}} el {{3}}. Por favor, dinos si lo has hecho tú.',
    params: ['250,00 €', 'Jardinería', '05/03/2027'],
    buttons: ['Sí, he sido yo', 'No, no he sido yo'],
  },
  account_creation_confirmation_1: {
    header: 'Te damos la bienvenida',
    body: 'Hola, {{1}}. Tu cuenta está lista. Ya puedes entrar con {{2}} cuando quieras.',
    params: ['Sol', 'sol@example.com'],
    buttons: ['Entrar'],
  },
  feedback_survey_1: {
    header: null,
    body: 'Hola, {{1}}. Gracias por elegirnos. ¿Qué te ha parecido {{2}} hasta ahora?',
    params: ['Sol', 'tu pedido'],
    buttons: ['Muy bien', 'Regular', 'Mal'],
  },
};

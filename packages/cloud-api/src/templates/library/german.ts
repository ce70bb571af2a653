import type { LibraryName } from './kinds.ts';
import type { LibraryWords } from './library-template.ts';

export const germanWords: Readonly<Record<LibraryName, LibraryWords>> = {
  order_confirmation_1: {
    header: 'Bestellung eingegangen',
    body: 'Hallo {{1}}, vielen Dank für deine Bestellung. Bestellung {{2}} ist bei uns eingegangen und wird vorbereitet.',
    params: ['Kim', '#12345'],
    buttons: ['Bestellung ansehen'],
  },
  shipment_confirmation_1: {
    header: 'Unterwegs',
    body: 'Gute Nachricht, {{1}}: Bestellung {{2}} ist unterwegs. Sie sollte spätestens am {{3}} bei dir sein.',
    params: ['Kim', '#12345', '05.03.2027'],
    buttons: ['Sendung verfolgen'],
  },
  delivery_update_1: {
    header: null,
    body: 'Die Lieferung von Bestellung {{1}} dauert länger als geplant. Der neue Termin ist der {{2}}. Wir bitten um Entschuldigung.',
    params: ['#12345', '05.03.2027'],
    buttons: [],
  },
  delivery_failed_1: {
    header: 'Nicht angetroffen',
    body: 'Wir konnten Bestellung {{1}} heute nicht an {{2}} zustellen. Wir versuchen es am {{3}} noch einmal, wenn du keinen anderen Tag wählst.',
    params: ['#12345', 'Gartenstraße 1, 12345 Musterstadt', '05.03.2027'],
    buttons: ['Anderen Tag wählen'],
  },
  payment_due_reminder_1: {
    header: 'Zahlungserinnerung',
    body: 'Hallo {{1}}, eine Zahlung von {{2}} ist am {{3}} fällig. Falls du schon bezahlt hast, ist nichts weiter zu tun.',
    params: ['Kim', '25,00 €', '05.03.2027'],
    buttons: ['Jetzt bezahlen', 'Anrufen'],
  },
  payment_confirmation_1: {
    header: null,
    body: 'Wir haben deine Zahlung von {{1}} für {{2}} erhalten. Herzlichen Dank.',
    params: ['25,00 €', 'Rechnung 2027-118'],
    buttons: [],
  },
  low_balance_warning_1: {
    header: 'Niedriger Kontostand',
    body: 'Das Konto mit der Endung {{1}} hat einen Stand von {{2}}. Das ist weniger als die {{3}}, bei denen du Bescheid wolltest.',
    params: ['1234', '12,50 €', '50,00 €'],
    buttons: ['Anrufen'],
  },
  fraud_alert_1: {
    header: 'Warst du das?',
    body: 'Wir haben eine Zahlung von {{1}} an {{2}} am {{3}} gesehen. Bitte sag uns, ob sie von dir ist.',
    params: ['250,00 €', 'Gartenbedarf', '05.03.2027'],
    buttons: ['Ja, das war ich', 'Nein, das war ich nicht'],
  },
  account_creation_confirmation_1: {
    header: 'Willkommen',
    body: 'Hallo {{1}}, dein Konto ist bereit. Ab jetzt kannst du dich mit {{2}} anmelden.',
    params: ['Kim', 'kim@example.com'],
    buttons: ['Anmelden'],
  },
  feedback_survey_1: {
    header: null,
    body: 'Hallo {{1}}, danke, dass du dich für uns entschieden hast. Wie zufrieden bist du bisher mit {{2}} gewesen?',
    params: ['Kim', 'deiner Bestellung'],
    buttons: ['Sehr zufrieden', 'Es geht', 'Nicht zufrieden'],
  },
};

import { including, type EndpointSuite } from '../endpoint-suite.ts';

/** Contract section 5.5. */
export const listPreviews: EndpointSuite = {
  endpoint: 'GET /{waba}/message_template_previews',
  isRegistered: false,
  accepts: {
    'two languages, with everything': {
      ask: {
        query: {
          category: 'AUTHENTICATION',
          languages: 'en_US,es_MX',
          add_security_recommendation: 'true',
          code_expiration_minutes: '10',
          button_types: 'OTP',
        },
      },
      answers: {
        data: [
          {
            language: 'en_US',
            body: '*{{1}}* is your verification code. For your security, do not share this code.',
            footer: 'This code expires in 10 minutes.',
            buttons: [{ text: 'Copy code', autofill_text: 'Autofill' }],
          },
          {
            language: 'es_MX',
            body: '*{{1}}* es tu código de verificación. Por tu seguridad, no compartas este código.',
            footer: 'Este código caduca en 10 minutos.',
            buttons: [{ text: 'Copiar código', autofill_text: 'Autocompletar' }],
          },
        ],
      },
    },
    'no more than the code, in a language that is spoken in English': {
      ask: { query: { category: 'authentication', languages: '["zu"]' } },
      answers: {
        data: [
          {
            language: 'zu',
            body: '*{{1}}* is your verification code.',
            buttons: [{ text: 'Copy code', autofill_text: 'Autofill' }],
          },
        ],
      },
    },
    'a minute': {
      ask: { query: { category: 'AUTHENTICATION', languages: 'de', code_expiration_minutes: '1' } },
      answers: { data: [including({ footer: 'Dieser Code läuft in 1 Minute ab.' })] },
    },
  },
  refuses: {
    'another business': { ask: { caller: 'another business', query: { category: 'AUTHENTICATION' } }, subcode: 33 },
    'no category': { ask: {}, names: 'category' },
    'a category that has no fixed words': { ask: { query: { category: 'UTILITY' } }, names: 'category' },
    'a language that is none': { ask: { query: { category: 'AUTHENTICATION', languages: 'xx' } }, names: 'languages' },
    'no minute': {
      ask: { query: { category: 'AUTHENTICATION', code_expiration_minutes: '0' } },
      names: 'code_expiration_minutes',
    },
    '91 minutes': {
      ask: { query: { category: 'AUTHENTICATION', code_expiration_minutes: '91' } },
      names: 'code_expiration_minutes',
    },
    'a button of another kind': {
      ask: { query: { category: 'AUTHENTICATION', button_types: 'URL' } },
      names: 'button_types',
    },
  },
};

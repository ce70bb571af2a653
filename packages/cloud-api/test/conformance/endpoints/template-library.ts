import { anything, including, type EndpointSuite } from '../endpoint-suite.ts';

const reminder = {
  name: 'our_reminder',
  language: 'en_US',
  category: 'UTILITY',
  library_template_name: 'payment_due_reminder_1',
};
const link = {
  type: 'URL',
  url: { base_url: 'https://shop.example/{{1}}', url_suffix_example: 'https://shop.example/pay' },
};
const call = { type: 'PHONE_NUMBER', phone_number: '+15550100000' };
const code = {
  name: 'our_code',
  language: 'de',
  category: 'AUTHENTICATION',
  library_template_name: 'verification_code_1',
};

/** Contract section 5.5. */
export const listLibrary: EndpointSuite = {
  endpoint: 'GET /message_template_library',
  isRegistered: false,
  accepts: {
    'all of it, page by page': {
      ask: { query: { limit: '3' } },
      answers: { data: [anything, anything, anything], paging: including({ next: /limit=3/ }) },
    },
    'one of it, with everything that is to know': {
      ask: { query: { search: 'Low Balance', language: 'en_US' } },
      answers: including({
        data: [
          {
            id: /^[0-9]+$/,
            name: 'low_balance_warning_1',
            language: 'en_US',
            category: 'UTILITY',
            topic: 'PAYMENTS',
            usecase: 'LOW_BALANCE_WARNING',
            industry: ['FINANCIAL_SERVICES'],
            header: 'Low balance',
            body: /ending in \{\{1\}\}/,
            body_params: ['1234', '$12.50', '$50.00'],
            body_param_types: ['NUMBER', 'AMOUNT', 'AMOUNT'],
            buttons: [{ type: 'PHONE_NUMBER', text: 'Call us', phone_number: anything }],
          },
        ],
      }),
    },
    'those of a topic, a use case, an industry and a language': {
      ask: { query: { topic: 'order_management', usecase: 'DELIVERY_FAILED', industry: 'E_COMMERCE', language: 'es' } },
      answers: including({ data: [including({ name: 'delivery_failed_1', language: 'es' })] }),
    },
    nothing: { ask: { query: { search: 'no such thing' } }, answers: { data: [] } },
  },
  refuses: {
    'nobody’s token': { ask: { caller: 'nobody' }, code: 104, status: 401 },
    'an app token': { ask: { caller: 'app' }, code: 200, status: 403 },
    'a cursor that is none': { ask: { query: { after: '!' } }, names: 'after' },
  },
};

/** Templates in the words of the library: contract section 5.5. */
export const createFromLibrary: EndpointSuite = {
  endpoint: 'POST /{waba}/message_templates',
  isRegistered: false,
  accepts: {
    'a template with a link and a number of its business': {
      ask: { json: { ...reminder, library_template_button_inputs: [call, link] } },
      answers: { id: anything, status: 'APPROVED', category: 'UTILITY' },
      afterwards: [
        {
          ask: { method: 'GET', query: { name: 'our_reminder', fields: 'library_template_name,components' } },
          answers: including({
            data: [
              including({
                library_template_name: 'payment_due_reminder_1',
                components: [
                  { type: 'HEADER', format: 'TEXT', text: 'Payment reminder' },
                  including({ type: 'BODY', example: { body_text: [['Jo', '$25.00', '5 March 2027']] } }),
                  {
                    type: 'BUTTONS',
                    buttons: [
                      {
                        type: 'URL',
                        text: 'Pay now',
                        url: 'https://shop.example/{{1}}',
                        example: ['https://shop.example/pay'],
                      },
                      { type: 'PHONE_NUMBER', text: 'Call us', phone_number: '+15550100000' },
                    ],
                  },
                ],
              }),
            ],
          }),
        },
      ],
    },
    'a one-time code, in the words of its language': {
      ask: {
        form: {
          ...code,
          library_template_body_inputs: '{"add_security_recommendation":true,"code_expiration_minutes":5}',
          library_template_button_inputs: '[{"type":"OTP","otp_type":"copy_code"}]',
        },
      },
      answers: including({ category: 'AUTHENTICATION' }),
      afterwards: [
        {
          ask: { method: 'GET', query: { name: 'our_code', fields: 'components' } },
          answers: including({
            data: [
              including({
                components: [
                  including({ text: /Bestätigungscode. Gib diesen Code/ }),
                  including({ text: 'Dieser Code läuft in 5 Minuten ab.' }),
                  including({ buttons: [including({ text: 'Code kopieren' })] }),
                ],
              }),
            ],
          }),
        },
      ],
    },
  },
  refuses: {
    'another business': {
      ask: { caller: 'another business', json: { ...reminder, library_template_button_inputs: [call, link] } },
      subcode: 33,
    },
    'a name that is not in the library': {
      ask: { json: { ...reminder, library_template_name: 'no_such_template' } },
      names: 'library_template_name',
    },
    'a language that it is not in': { ask: { json: { ...reminder, language: 'fr' } }, names: 'library_template_name' },
    'another category': { ask: { json: { ...reminder, category: 'MARKETING' } }, names: 'category' },
    'words of its own': {
      ask: { json: { ...reminder, components: [{ type: 'BODY', text: 'Hello' }] } },
      names: 'components',
    },
    'no link': { ask: { json: { ...reminder, library_template_button_inputs: [call] } }, names: 'URL' },
    'inputs that are none': {
      ask: { json: { ...reminder, library_template_button_inputs: 'a link' } },
      names: 'inputs',
    },
    'a link that leads nowhere': {
      ask: {
        json: { ...reminder, library_template_button_inputs: [call, { type: 'URL', url: { base_url: 'shop' } }] },
      },
      names: "library_template_button_inputs[1]['url']",
    },
    'a number that is none': {
      ask: { json: { ...reminder, library_template_button_inputs: [{ ...call, phone_number: 'us' }, link] } },
      names: "library_template_button_inputs[0]['phone_number']",
    },
    'a code that is good for two hours': {
      ask: { json: { ...code, library_template_body_inputs: { code_expiration_minutes: 120 } } },
      names: "library_template_body_inputs['code_expiration_minutes']",
    },
    'inputs for nothing': {
      ask: { json: { name: 'a', language: 'en', category: 'UTILITY', library_template_button_inputs: [link] } },
      names: 'library_template_name',
    },
  },
};

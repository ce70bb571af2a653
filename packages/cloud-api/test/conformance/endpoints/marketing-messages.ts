import { anything, including, type EndpointSuite } from '../endpoint-suite.ts';

const template = { name: 'spring_sale', language: { code: 'en_US' } };
const message = { messaging_product: 'whatsapp', to: '16505551234', type: 'template', template };

/** Contract section 2.6. What a template may be filled in with has cases in `../templates`. */
export const marketingMessages: EndpointSuite = {
  endpoint: 'POST /{phone}/marketing_messages',
  given: [
    {
      ask: {
        method: 'POST',
        path: '/{waba}/message_templates',
        json: {
          name: 'spring_sale',
          language: 'en_US',
          category: 'MARKETING',
          components: [{ type: 'BODY', text: 'Bread at half its price.' }],
        },
      },
    },
  ],
  accepts: {
    'a marketing template': {
      ask: { json: { ...message, product_policy: 'STRICT', message_activity_sharing: true } },
      answers: {
        messaging_product: 'whatsapp',
        contacts: [including({ input: '16505551234', wa_id: '16505551234' })],
        messages: [{ id: anything, message_status: 'accepted' }],
      },
    },
    'as a form': {
      ask: {
        form: {
          messaging_product: 'whatsapp',
          to: '+1 650 555 1234',
          type: 'template',
          template: JSON.stringify(template),
        },
      },
      answers: anything,
    },
  },
  refuses: {
    'a text': {
      ask: { json: { messaging_product: 'whatsapp', to: '16505551234', text: { body: 'Bread!' } } },
      names: 'template',
    },
    'no product': { ask: { json: { ...message, messaging_product: null } }, names: 'messaging_product' },
    'a policy that is none': { ask: { json: { ...message, product_policy: 'LOOSE' } }, names: 'product_policy' },
    'a template that is none': {
      ask: { json: { ...message, template: { ...template, name: 'autumn_sale' } } },
      code: 132001,
      status: 404,
    },
    'another business': { ask: { json: message, caller: 'another business' }, subcode: 33 },
  },
};

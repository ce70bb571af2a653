import type { EndpointSuite } from '../endpoint-suite.ts';

const product = { messaging_product: 'whatsapp' };
const told = {
  entity_name: 'Bakery of India',
  entity_type: 'OTHER',
  entity_type_custom: 'Trust',
  is_registered: true,
  grievance_officer_details: { name: 'Asha', email: 'asha@example.com', landline_number: '+911140000000' },
  customer_care_details: { mobile_number: '+919800000000' },
};

/** Contract section 5.4. */
export const getComplianceInfo: EndpointSuite = {
  endpoint: 'GET /{phone}/business_compliance_info',
  accepts: { 'of a number that told nothing': { ask: {}, answers: { data: [] } } },
  refuses: { 'another business': { ask: { caller: 'another business' }, subcode: 33 } },
};

/** Contract section 5.4. */
export const setComplianceInfo: EndpointSuite = {
  endpoint: 'POST /{phone}/business_compliance_info',
  accepts: {
    everything: {
      ask: { json: { ...product, ...told } },
      answers: { success: true },
      afterwards: [{ ask: { method: 'GET' }, answers: { data: [{ ...told, ...product }] } }],
    },
    'less, in the place of it': {
      ask: { form: { ...product, entity_name: 'Bakery', customer_care_details: '{"email":"care@example.com"}' } },
      answers: { success: true },
      afterwards: [
        {
          ask: { method: 'GET' },
          answers: {
            data: [{ entity_name: 'Bakery', customer_care_details: { email: 'care@example.com' }, ...product }],
          },
        },
      ],
    },
  },
  refuses: {
    nothing: { ask: {}, names: 'messaging_product' },
    'no name': { ask: { json: product }, names: 'entity_name' },
    'a name too long': { ask: { json: { ...product, entity_name: 'n'.repeat(129) } }, names: 'entity_name' },
    'a type that is none': { ask: { json: { ...product, ...told, entity_type: 'CLUB' } }, names: 'entity_type' },
    'another type without its name': {
      ask: { json: { ...product, entity_name: 'Bakery', entity_type: 'OTHER' } },
      names: 'entity_type_custom',
    },
    'an officer who is a text': {
      ask: { json: { ...product, ...told, grievance_officer_details: 'Asha' } },
      names: 'grievance_officer_details',
    },
    'another business': { ask: { caller: 'another business', json: { ...product, ...told } }, subcode: 33 },
  },
};

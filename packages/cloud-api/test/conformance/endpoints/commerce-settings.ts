import type { EndpointSuite } from '../endpoint-suite.ts';

const shown = (is_cart_enabled: boolean, is_catalog_visible: boolean) => ({
  data: [{ id: '{phone}', is_cart_enabled, is_catalog_visible }],
});

/** Contract section 5.4. */
export const getCommerceSettings: EndpointSuite = {
  endpoint: 'GET /{phone}/whatsapp_commerce_settings',
  accepts: { 'as every number begins': { ask: {}, answers: shown(true, false) } },
  refuses: {
    'another business': { ask: { caller: 'another business' }, subcode: 33 },
  },
};

/** Contract section 5.4. */
export const setCommerceSettings: EndpointSuite = {
  endpoint: 'POST /{phone}/whatsapp_commerce_settings',
  accepts: {
    'both, in the query': {
      ask: { query: { is_cart_enabled: 'false', is_catalog_visible: 'true' } },
      answers: { success: true },
      afterwards: [{ ask: { method: 'GET' }, answers: shown(false, true) }],
    },
    'one, as JSON; the other stays': {
      ask: { json: { is_cart_enabled: true } },
      answers: { success: true },
      afterwards: [{ ask: { method: 'GET' }, answers: shown(true, true) }],
    },
  },
  refuses: {
    nothing: { ask: {}, names: 'is_cart_enabled' },
    'a word': { ask: { query: { is_catalog_visible: 'perhaps' } }, names: 'is_catalog_visible' },
    'another business': { ask: { caller: 'another business', query: { is_cart_enabled: 'false' } }, subcode: 33 },
  },
};

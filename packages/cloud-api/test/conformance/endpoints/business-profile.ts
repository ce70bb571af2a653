import { anything, including, type EndpointSuite } from '../endpoint-suite.ts';

const product = { messaging_product: 'whatsapp' };
const all = { fields: 'about,address,description,email,profile_picture_url,websites,vertical' };
const shown = (profile: object) => ({ data: [{ vertical: 'UNDEFINED', ...profile, ...product }] });
const read = (profile: object) => [{ ask: { method: 'GET' as const, query: all }, answers: shown(profile) }];

const whole = {
  about: 'Bread since 1912',
  address: 'Baker Street 1',
  description: 'd'.repeat(512),
  email: 'shop@example.com',
  vertical: 'GROCERY',
  websites: ['https://example.com', 'http://example.com/shop'],
};
const { description: _removed, ...withoutDescription } = whole;
const picture = '89504e470d0a1a0a';

/** Contract section 5.4. */
export const getBusinessProfile: EndpointSuite = {
  endpoint: 'GET /{phone}/whatsapp_business_profile',
  accepts: {
    'without fields': { ask: {}, answers: { data: [product] } },
    'of a number that told nothing': { ask: { query: all }, answers: shown({}) },
    'one field': { ask: { query: { fields: 'vertical' } }, answers: { data: [{ ...product, vertical: 'UNDEFINED' }] } },
    'its id': { ask: { query: { fields: 'id' } }, answers: { data: [{ ...product, id: '{phone}' }] } },
  },
  refuses: {
    'an unknown field': { ask: { query: { fields: 'motto' } }, names: 'motto' },
    'another business': { ask: { caller: 'another business' }, subcode: 33 },
    'no token': { ask: { caller: 'nobody' }, code: 104, status: 401 },
  },
};

/** Contract section 5.4. */
export const setBusinessProfile: EndpointSuite = {
  endpoint: 'POST /{phone}/whatsapp_business_profile',
  given: [
    {
      ask: {
        method: 'POST',
        path: '/{app}/uploads',
        query: { file_name: 'shop.png', file_length: String(picture.length), file_type: 'image/png' },
      },
      as: 'upload',
    },
  ],
  accepts: {
    everything: { ask: { json: { ...product, ...whole } }, answers: { success: true }, afterwards: read(whole) },
    'what is not told stays': {
      ask: { json: { ...product, description: '', about: null } },
      answers: { success: true },
      afterwards: read(withoutDescription),
    },
    'websites as JSON text, and an emptied vertical, in a form': {
      ask: { form: { ...product, websites: '["https://example.org"]', vertical: '' } },
      answers: { success: true },
      afterwards: read({ ...withoutDescription, websites: ['https://example.org'], vertical: 'UNDEFINED' }),
    },
    'no websites, a vertical in small letters': {
      ask: { json: { ...product, websites: [], vertical: 'retail', email: '', address: '' } },
      answers: { success: true },
      afterwards: read({ about: whole.about, vertical: 'RETAIL' }),
    },
    'only the product': { ask: { json: product }, answers: { success: true } },
    'the longest texts': {
      ask: { json: { ...product, about: 'ä'.repeat(139), address: 'a'.repeat(256), email: `${'e'.repeat(126)}@x` } },
      answers: { success: true },
      afterwards: [{ ask: { method: 'GET', query: all }, answers: including({ data: anything }) }],
    },
  },
  refuses: {
    nothing: { ask: {}, names: 'messaging_product' },
    'another product': { ask: { json: { messaging_product: 'sms' } }, names: 'messaging_product' },
    'an empty about': { ask: { json: { ...product, about: '' } }, names: 'about' },
    'an about too long': { ask: { json: { ...product, about: 'a'.repeat(140) } }, names: 'about' },
    'an address too long': { ask: { json: { ...product, address: 'a'.repeat(257) } }, names: 'address' },
    'a description too long': { ask: { json: { ...product, description: 'd'.repeat(513) } }, names: 'description' },
    'an email too long': { ask: { json: { ...product, email: `${'e'.repeat(127)}@x` } }, names: 'email' },
    'an email that is none': { ask: { json: { ...product, email: 'shop' } }, code: 131009, names: 'email' },
    'a vertical that only is read': { ask: { json: { ...product, vertical: 'UNDEFINED' } }, names: 'vertical' },
    'three websites': {
      ask: { json: { ...product, websites: ['https://a', 'https://b', 'https://c'] } },
      names: 'websites',
    },
    'a website too long': {
      ask: { json: { ...product, websites: [`https://${'w'.repeat(249)}`] } },
      names: 'websites[0]',
    },
    'a website that is none': {
      ask: { json: { ...product, websites: ['example.com'] } },
      code: 131009,
      names: 'websites[0]',
    },
    'websites of a wrong type': {
      ask: { json: { ...product, websites: [['https://example.com']] } },
      names: 'websites',
    },
    'a handle that is none': {
      ask: { json: { ...product, profile_picture_handle: '4::x' } },
      names: 'profile_picture_handle',
    },
    'an upload that did not happen': {
      ask: { json: { ...product, profile_picture_handle: '{upload}' } },
      names: 'profile_picture_handle',
    },
    'another business': { ask: { caller: 'another business', json: product }, subcode: 33 },
  },
};

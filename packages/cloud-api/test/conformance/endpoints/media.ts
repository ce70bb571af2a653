import { including, type Ask, type EndpointSuite } from '../endpoint-suite.ts';

const file = { name: 'menu.txt', type: 'text/plain', content: 'Bread, cake, coffee' };
const parts = { messaging_product: 'whatsapp', type: 'text/plain', file };
const uploaded = (as: string) =>
  ({ ask: { method: 'POST', path: '/{phone}/media', multipart: parts } satisfies Ask, as }) as const;
const foreign = { 'another business': { ask: { caller: 'another business' }, subcode: 33 } } as const;

/** Contract section 3.1. */
export const uploadMedia: EndpointSuite = {
  endpoint: 'POST /{phone}/media',
  accepts: {
    'a file of a few words': { ask: { multipart: parts }, answers: { id: /^[1-9][0-9]+$/ } },
    'without a part for its type, and with the product in the query': {
      ask: { query: { messaging_product: 'whatsapp' }, multipart: { file } },
      answers: { id: /^[1-9][0-9]+$/ },
    },
    'the file before all else, kept for an hour': {
      ask: { multipart: { file, ttl_minutes: '60', type: 'text/plain', messaging_product: 'WhatsApp' } },
      answers: { id: /^[1-9][0-9]+$/ },
    },
  },
  refuses: {
    'no file': { ask: { multipart: { messaging_product: 'whatsapp', type: 'text/plain' } }, names: 'file' },
    'no form in parts': { ask: { json: { messaging_product: 'whatsapp' } }, names: 'multipart/form-data' },
    'no product': { ask: { multipart: { type: 'text/plain', file } }, names: 'messaging_product' },
    'a time that is none': { ask: { multipart: { ...parts, ttl_minutes: '0' } }, names: 'ttl_minutes' },
    'what is not of its type': {
      ask: { multipart: { messaging_product: 'whatsapp', file: { ...file, type: 'image/png' } } },
      names: 'type',
    },
    'a type that nobody knows': {
      ask: { multipart: { messaging_product: 'whatsapp', file: { ...file, type: 'application/x-msdownload' } } },
      names: 'type',
    },
    ...foreign,
  },
};

/** Contract section 3.2. */
export const getMedia: EndpointSuite = {
  endpoint: 'GET /{media}',
  given: [uploaded('media')],
  accepts: {
    'what was uploaded': {
      ask: {},
      answers: including({ id: '{media}', mime_type: 'text/plain', file_size: file.content.length }),
    },
    'only if it is a medium of the number': {
      ask: { query: { phone_number_id: '{phone}' } },
      answers: including({ id: '{media}' }),
    },
  },
  refuses: {
    'a medium of another number': { ask: { query: { phone_number_id: '{other phone}' } }, subcode: 33 },
    ...foreign,
  },
};

export const removeMedia: EndpointSuite = {
  endpoint: 'DELETE /{media}',
  given: [uploaded('media'), uploaded('another medium')],
  accepts: { 'what was uploaded': { ask: {}, answers: { success: true } } },
  refuses: {
    'what is not there any more': { ask: {}, subcode: 33 },
    'a medium of another number': {
      ask: { path: '/{another medium}', query: { phone_number_id: '{other phone}' } },
      subcode: 33,
    },
    'another business': { ask: { path: '/{another medium}', caller: 'another business' }, subcode: 33 },
  },
};

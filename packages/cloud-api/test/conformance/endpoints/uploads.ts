import { including, type EndpointSuite } from '../endpoint-suite.ts';

const content = '%PDF-1.4 a very short one';
const file = { file_length: String(content.length), file_type: 'application/pdf', file_name: 'menu.pdf' };
const begun = {
  ask: { method: 'POST', path: '/{app}/uploads', query: file },
  as: 'upload',
} as const;

/** Contract section 3.3. */
export const beginUpload: EndpointSuite = {
  endpoint: 'POST /{app}/uploads',
  accepts: {
    'a document, in the query': { ask: { query: file }, answers: { id: /^upload:[\w-]+\?sig=[\w-]+$/ } },
    'a picture under its other name, as JSON': {
      ask: { json: { file_length: 5_000, file_type: 'image/jpg' } },
      answers: { id: /^upload:/ },
    },
  },
  refuses: {
    'no length': { ask: { json: { ...file, file_length: null } }, names: 'file_length' },
    'no byte': { ask: { json: { ...file, file_length: 0 } }, names: 'file_length' },
    'more than a picture may have': {
      ask: { json: { file_length: 6 * 1024 * 1024, file_type: 'image/png' } },
      names: 'file_length',
    },
    'no type': { ask: { json: { ...file, file_type: null } }, names: 'file_type' },
    'a type that nobody wants': { ask: { json: { ...file, file_type: 'text/html' } }, names: 'file_type' },
    'another business': { ask: { caller: 'another business', query: file }, subcode: 33 },
  },
};

export const appendToUpload: EndpointSuite = {
  endpoint: 'POST /{upload}',
  given: [begun],
  accepts: {
    'the first bytes': {
      ask: { raw: content.slice(0, 10), headers: { file_offset: '0' } },
      answers: { id: '{upload}', file_offset: '10' },
    },
    'the rest': {
      ask: { raw: content.slice(10), headers: { file_offset: '10' } },
      answers: including({ h: /^4::/ }),
    },
  },
  refuses: {
    'an offset that is none': { ask: { raw: content, headers: { file_offset: 'end' } }, names: 'file_offset' },
    'another business': { ask: { caller: 'another business', raw: content }, subcode: 33 },
  },
};

export const getUpload: EndpointSuite = {
  endpoint: 'GET /{upload}',
  given: [begun],
  accepts: { 'one that has not begun': { ask: {}, answers: { id: '{upload}', file_offset: '0' } } },
  refuses: {
    'another business': { ask: { caller: 'another business' }, subcode: 33 },
    'a session that there is not': { ask: { path: '/upload:nothing' }, subcode: 33 },
  },
};

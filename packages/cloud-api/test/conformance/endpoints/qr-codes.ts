import { anything, including, type EndpointSuite, type Given } from '../endpoint-suite.ts';

const code = /^[A-Z2-7]{14}$/;
const link = /^http:\/\/127\.0\.0\.1:\d+\/message\/[A-Z2-7]{14}$/;
const svg = /^http:\/\/127\.0\.0\.1:\d+\/qr_codes\/[A-Z2-7]{14}\.svg$/;
const png = /^http:\/\/127\.0\.0\.1:\d+\/qr_codes\/[A-Z2-7]{14}\.png$/;
const shown = (prefilled_message: string) => ({ code, prefilled_message, deep_link_url: link });

const saved: Given = {
  ask: { method: 'POST', path: '/{phone}/message_qrdls', json: { prefilled_message: 'Two loaves, please' } },
  as: 'code',
  member: 'code',
};

/** Contract section 5.4. */
export const saveQrCode: EndpointSuite = {
  endpoint: 'POST /{phone}/message_qrdls',
  given: [saved],
  accepts: {
    'a code': { ask: { json: { prefilled_message: 'A table for two' } }, answers: shown('A table for two') },
    'with an image, as a form': {
      ask: { form: { prefilled_message: 'Hello', generate_qr_image: 'png' } },
      answers: { ...shown('Hello'), qr_image_url: png },
    },
    'with an image, in the query': {
      ask: { query: { prefilled_message: 'Hello', generate_qr_image: 'SVG' } },
      answers: { ...shown('Hello'), qr_image_url: svg },
    },
    'the longest message': {
      ask: { json: { prefilled_message: 'ü'.repeat(140) } },
      answers: shown('ü'.repeat(140)),
    },
    'another message for a code': {
      ask: { json: { code: '{code}', prefilled_message: 'Three loaves' } },
      answers: { ...shown('Three loaves'), code: '{code}' },
      afterwards: [
        {
          ask: { method: 'GET', path: '/{phone}/message_qrdls/{code}', query: { fields: 'prefilled_message' } },
          answers: { data: [{ prefilled_message: 'Three loaves' }] },
        },
      ],
    },
  },
  refuses: {
    nothing: { ask: {}, names: 'prefilled_message' },
    'an empty message': { ask: { json: { prefilled_message: '' } }, names: 'prefilled_message' },
    'a message too long': { ask: { json: { prefilled_message: 'm'.repeat(141) } }, names: 'prefilled_message' },
    'a message of a wrong type': { ask: { json: { prefilled_message: ['m'] } }, names: 'prefilled_message' },
    'an image of another kind': {
      ask: { json: { prefilled_message: 'Hello', generate_qr_image: 'GIF' } },
      names: 'generate_qr_image',
    },
    'a code that there is not': {
      ask: { json: { prefilled_message: 'Hello', code: 'AAAAAAAAAAAAAA' } },
      names: 'code',
    },
    'the code of another number': {
      ask: { path: '/{other phone}/message_qrdls', json: { prefilled_message: 'Hello', code: '{code}' } },
      subcode: 33,
    },
    'another business': { ask: { caller: 'another business', json: { prefilled_message: 'Hello' } }, subcode: 33 },
  },
};

/** Contract section 5.4. */
export const listQrCodes: EndpointSuite = {
  endpoint: 'GET /{phone}/message_qrdls',
  given: [saved, { ask: { method: 'POST', path: '/{phone}/message_qrdls', json: { prefilled_message: 'Hello' } } }],
  accepts: {
    'the codes, oldest first': {
      ask: {},
      answers: {
        data: [{ ...shown('Two loaves, please'), code: '{code}' }, shown('Hello')],
        paging: { cursors: { before: anything, after: anything } },
      },
    },
    'a page, with the fields that are asked for': {
      ask: { query: { limit: '1', fields: 'prefilled_message,qr_image_url.format(PNG)' } },
      answers: including({ data: [{ prefilled_message: 'Two loaves, please', qr_image_url: png }] }),
    },
    'an image unless told': {
      ask: { query: { limit: '1', fields: 'qr_image_url' } },
      answers: including({ data: [{ qr_image_url: svg }] }),
    },
  },
  refuses: {
    'an unknown field': { ask: { query: { fields: 'colour' } }, names: 'colour' },
    'an image of another kind': { ask: { query: { fields: 'qr_image_url.format(GIF)' } }, names: 'format' },
    'another business': { ask: { caller: 'another business' }, subcode: 33 },
  },
};

/** Contract section 5.4. */
export const getQrCode: EndpointSuite = {
  endpoint: 'GET /{phone}/message_qrdls/{code}',
  given: [saved],
  accepts: {
    'a code': {
      ask: { path: '/{phone}/message_qrdls/{code}' },
      answers: { data: [{ ...shown('Two loaves, please'), code: '{code}' }] },
    },
    'with its image': {
      ask: { path: '/{phone}/message_qrdls/{code}', query: { fields: 'code,qr_image_url.format(svg)' } },
      answers: { data: [{ code: '{code}', qr_image_url: svg }] },
    },
  },
  refuses: {
    'a code that there is not': { ask: { path: '/{phone}/message_qrdls/AAAAAAAAAAAAAA' }, subcode: 33 },
    'the code of another number': {
      ask: { path: '/{other phone}/message_qrdls/{code}', caller: 'another business' },
      subcode: 33,
    },
    'what is behind a code': { ask: { path: '/{phone}/message_qrdls/{code}/more' }, code: 2500 },
    'another business': { ask: { path: '/{phone}/message_qrdls/{code}', caller: 'another business' }, subcode: 33 },
  },
};

/** As `whatsapp-api-js` does it. */
export const updateQrCode: EndpointSuite = {
  endpoint: 'POST /{phone}/message_qrdls/{code}',
  given: [saved],
  accepts: {
    'another message, in the query': {
      ask: { path: '/{phone}/message_qrdls/{code}', query: { prefilled_message: 'Three loaves' } },
      answers: { ...shown('Three loaves'), code: '{code}' },
      afterwards: [
        {
          ask: { method: 'GET', path: '/{phone}/message_qrdls/{code}', query: { fields: 'prefilled_message' } },
          answers: { data: [{ prefilled_message: 'Three loaves' }] },
        },
      ],
    },
    'with an image': {
      ask: {
        path: '/{phone}/message_qrdls/{code}',
        json: { prefilled_message: 'Three loaves', generate_qr_image: 'PNG' },
      },
      answers: { ...shown('Three loaves'), code: '{code}', qr_image_url: png },
    },
  },
  refuses: {
    'no message': { ask: { path: '/{phone}/message_qrdls/{code}' }, names: 'prefilled_message' },
    'an empty message': {
      ask: { path: '/{phone}/message_qrdls/{code}', json: { prefilled_message: '' } },
      names: 'prefilled_message',
    },
    'a code that there is not': {
      ask: { path: '/{phone}/message_qrdls/AAAAAAAAAAAAAA', json: { prefilled_message: 'Hello' } },
      names: 'code',
    },
    'another business': {
      ask: {
        path: '/{phone}/message_qrdls/{code}',
        caller: 'another business',
        json: { prefilled_message: 'Hello' },
      },
      subcode: 33,
    },
  },
};

/** Contract section 5.4. */
export const deleteQrCode: EndpointSuite = {
  endpoint: 'DELETE /{phone}/message_qrdls/{code}',
  given: [saved],
  accepts: {
    'a code': {
      ask: { path: '/{phone}/message_qrdls/{code}' },
      answers: { success: true },
      afterwards: [{ ask: { method: 'GET', path: '/{phone}/message_qrdls' }, answers: { data: [] } }],
    },
  },
  refuses: {
    'a code that is gone': { ask: { path: '/{phone}/message_qrdls/{code}' }, subcode: 33 },
    'the whole list': { ask: { path: '/{phone}/message_qrdls' }, subcode: 33 },
    'another business': { ask: { path: '/{phone}/message_qrdls/{code}', caller: 'another business' }, subcode: 33 },
  },
};

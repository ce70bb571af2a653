import { including, type EndpointSuite } from '../endpoint-suite.ts';

const json = [{ name: 'Content-Type', value: 'application/json; charset=UTF-8' }];
const ok = (body: RegExp) => ({ code: 200, headers: json, body });
const get = (relative_url: string) => ({ method: 'GET', relative_url });
const many = (length: number) => Array.from({ length }, () => get('{waba}?fields=id'));

/** `GET /`: where one is; with `ids` several objects at once. */
export const root: EndpointSuite = {
  endpoint: 'GET /',
  accepts: {
    'nothing, without a token': { ask: { caller: 'nobody' }, answers: including({ name: 'Postern' }) },
    'two objects, and fields of each': {
      ask: { query: { ids: '{waba},{phone},{waba}', fields: 'id' } },
      answers: { '{waba}': { id: '{waba}' }, '{phone}': { id: '{phone}' } },
    },
  },
  refuses: {
    'objects without a token': { ask: { query: { ids: '{waba}' }, caller: 'nobody' }, code: 104, status: 401 },
    'an object of another business': { ask: { query: { ids: '{waba},{other waba}' } }, subcode: 33 },
    'what is no object': { ask: { method: 'DELETE' }, subcode: 33 },
    'what is no id': { ask: { query: { ids: '{waba},../{waba}' } }, names: 'ids' },
    'a field that one of them has not': { ask: { query: { ids: '{waba},{phone}', fields: 'currency' } } },
    'more than fifty': {
      ask: { query: { ids: Array.from({ length: 51 }, (_, index) => String(index + 1)).join(',') } },
      names: 'ids',
    },
  },
};

/** `POST /` with `batch`. */
export const batch: EndpointSuite = {
  endpoint: 'POST /',
  accepts: {
    'reading and changing, each with its answer': {
      ask: {
        json: {
          batch: [
            get('v25.0/{waba}?fields=id,currency'),
            { method: 'POST', relative_url: '/{phone}/messages', body: 'messaging_product=whatsapp' },
            get('{waba}/no_such_edge'),
            { relative_url: '{waba}?fields=id', headers: ['Content-Type: application/json'] },
          ],
        },
      },
      answers: [
        ok(/"currency":"[A-Z]{3}"/),
        { code: 400, headers: json, body: /"code":100,.*"fbtrace_id"/ },
        { code: 400, headers: json, body: /"code":2500/ },
        ok(/^\{"id":"\d+"\}$/),
      ],
    },
    'a message, its body as an object, as JSON text and as a form': {
      ask: {
        json: {
          include_headers: false,
          batch: [
            { messaging_product: 'whatsapp', to: '16505551234', text: { body: 'Hello' } },
            '{"messaging_product":"whatsapp","to":"16505551234","text":{"body":"Hello"}}',
            'messaging_product=whatsapp&to=16505551234&text=%7B%22body%22%3A%22Hello%22%7D',
          ].map((body) => ({ method: 'POST', relative_url: '{phone}/messages', body })),
        },
      },
      answers: Array.from({ length: 3 }, () => ({ code: 200, body: /"wamid\./ })),
    },
    'tokens of their own, as header, in the query, and beside it': {
      ask: {
        caller: 'nobody',
        form: {
          include_headers: 'false',
          batch: JSON.stringify([
            { relative_url: '{waba}?fields=id', headers: ['Authorization: Bearer {token}'] },
            { relative_url: '{waba}?fields=id&access_token={token}' },
            { relative_url: '{waba}?fields=id', access_token: '{token}' },
            { relative_url: '{waba}?fields=id', access_token: '{other token}' },
            { relative_url: '{waba}?fields=id' },
          ]),
        },
      },
      answers: [
        { code: 200, body: '{"id":"{waba}"}' },
        { code: 200, body: '{"id":"{waba}"}' },
        { code: 200, body: '{"id":"{waba}"}' },
        { code: 400, body: /"error_subcode":33/ },
        { code: 401, body: /"code":104/ },
      ],
    },
    'a method by its parameter, and an answer that nobody wants': {
      ask: {
        json: {
          include_headers: false,
          batch: [
            { method: 'POST', relative_url: '{waba}/subscribed_apps', omit_response_on_success: true },
            { method: 'POST', relative_url: '{waba}/subscribed_apps?method=delete' },
            { method: 'POST', relative_url: '{waba}/no_such_edge', omit_response_on_success: true },
          ],
        },
      },
      answers: [null, { code: 200, body: /./ }, { code: 400, body: /"code":2500/ }],
    },
    fifty: {
      ask: { json: { batch: many(50) } },
      answers: Array.from({ length: 50 }, () => ok(/"id"/)),
    },
    'what is no path, what has a file or needs another, and what is a batch itself': {
      ask: {
        json: {
          include_headers: false,
          batch: [
            { relative_url: 'http://example.com/{waba}' },
            { relative_url: '//example.com/{waba}' },
            { relative_url: '{waba}', attached_files: 'file1' },
            { relative_url: '{waba}', depends_on: 'first' },
            { relative_url: '{waba}', headers: ['Authorization: Basic abc'] },
            { relative_url: '{waba}', method: 'PUT' },
            { method: 'POST', relative_url: '', body: { batch: [] } },
            { method: 'POST', relative_url: 'v25.0', body: { batch: [] } },
            { method: 'POST', relative_url: '{phone}/media', body: 'messaging_product=whatsapp' },
          ],
        },
      },
      answers: Array.from({ length: 9 }, () => ({ code: 400, body: /"code":(100|33)/ })),
    },
  },
  refuses: {
    'no batch': { ask: {}, names: 'batch' },
    'an empty batch': { ask: { json: { batch: [] } }, names: 'batch' },
    'fifty-one': { ask: { json: { batch: many(51) } }, names: 'batch' },
    'what is no list': { ask: { json: { batch: 'x' } }, names: 'batch' },
    'a list of no objects': { ask: { json: { batch: ['x'] } }, names: 'batch[0]' },
  },
};

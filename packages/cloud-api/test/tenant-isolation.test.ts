import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, test } from 'node:test';
import { listEndpoints, placeholders, type Endpoint } from '../src/http/api-page/endpoints.ts';
import { FuzzedObjects } from './fuzz/fuzzed-objects.ts';
import { Random } from './fuzz/random.ts';
import { valueOf, type ValueSchema } from './fuzz/schema-values.ts';
import { startRig, type Answer, type Business, type Rig } from './http-rig.ts';

const nobodysId = '1234567890123456';
const seed = randomInt(2 ** 32);
const ofObjects = listEndpoints().filter(({ path }) => path.startsWith('/{'));

let rig: Rig;
let objects: FuzzedObjects;
let stranger: Business;
/** The bank's objects, one of each kind, by how paths name them. */
let theirs: Map<string, string>;

before(async () => {
  rig = await startRig();
  objects = await FuzzedObjects.make(rig);
  await objects.renew();
  stranger = await rig.createBusiness('Stranger');
  await rig.register(stranger);
  theirs = objects.named;
});
after(() => rig.stop());

/** An id of nobody's that is as long as this one. */
function likeIt(id: string): string {
  const [, prefix = '', rest = ''] = /^(upload:)?(.*)$/s.exec(id) ?? [];
  return (
    prefix + (/^\d+$/.test(rest) ? nobodysId.padEnd(rest.length, '0').slice(0, rest.length) : 'A'.repeat(rest.length))
  );
}

function pathOf({ path }: Endpoint, isReal: boolean): string {
  return path.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const id = theirs.get(name);
    if (id === undefined) return 'x';
    return encodeURIComponent(isReal ? id : likeIt(id)).replace('%3A', ':');
  });
}

/** All of an answer but what no two answers share. */
function visible({ status, headers, body }: Answer): string {
  const shown = [...headers].filter(([name]) => !['date', 'x-fb-trace-id', 'x-fb-request-id', 'etag'].includes(name));
  let text = JSON.stringify({ status, shown, body: { ...body, error: { ...body.error, fbtrace_id: '' } } });
  for (const id of theirs.values()) text = text.replaceAll(id, likeIt(id));
  return text;
}

/** What the Cloud API and the Business Manager have stored. */
async function readState(): Promise<string> {
  const tables = await rig.db.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name`,
  );
  assert.ok(tables.length > 20);
  const hashes: string[] = [];
  for (const { name } of tables) {
    const [row] = await rig.db.query<{ hash: string }>(
      `SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS hash FROM ${name} AS t`,
    );
    hashes.push(`${name} ${row?.hash}`);
  }
  const log = await rig.admin('GET', '/v1/admin-log?limit=100');
  return [...hashes, JSON.stringify(log)].join('\n');
}

test('there is an object of every kind to try, so that no endpoint is left out', () => {
  for (const placeholder of Object.values(placeholders)) assert.ok(theirs.has(placeholder.slice(1, -1)), placeholder);
  assert.ok(ofObjects.length > 60);
});

test('whatever a stranger does with an object of another business is answered as if there were none, and changes nothing', async () => {
  const random = new Random(seed);
  const state = await readState();
  const tokens = { user: stranger.token, app: `${stranger.appId}|${stranger.appSecret}` };
  const known = [...theirs.values(), rig.bank.phoneNumber];
  for (const endpoint of ofObjects)
    for (const [who, token] of Object.entries(tokens)) {
      const { method, path, schema } = endpoint;
      const takes = JSON.parse(JSON.stringify(schema.takes)) as ValueSchema;
      const values = valueOf(takes, { random, known, levelsLeft: 5 }) as Record<string, unknown>;
      const query = method === 'GET' ? `?${queryOf(values)}` : '';
      const ask = (isReal: boolean) =>
        rig.graph(method, pathOf(endpoint, isReal) + query, { token, ...(method !== 'GET' && { body: values }) });
      const told = `${who}: ${method} ${path} ${JSON.stringify(values).slice(0, 300)} (seed ${seed})`;
      const answer = await ask(true);
      const { code, error_subcode: subcode } = answer.body.error ?? {};
      assert.deepEqual([answer.status, code, subcode], [400, 100, 33], `${told}: ${JSON.stringify(answer.body)}`);
      assert.equal(visible(answer), visible(await ask(false)), told);
    }
  assert.equal(await readState(), state);
});

function queryOf(values: Record<string, unknown>): string {
  const texts = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return new URLSearchParams(texts as [string, string][]).toString().slice(0, 4_000);
}

interface Naming {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

const message = (fields: object) => ({ messaging_product: 'whatsapp', to: '16505551234', ...fields });

/** Calls on one's own objects, with `{name}` for an object of the bank's in the parameters. */
const namings: Readonly<Record<string, Naming>> = {
  'an image of theirs in a message': {
    method: 'POST',
    path: '/OWN_PHONE/messages',
    body: message({ type: 'image', image: { id: '{media}' } }),
  },
  'a flow of theirs in a message': {
    method: 'POST',
    path: '/OWN_PHONE/messages',
    body: message({
      type: 'interactive',
      interactive: {
        type: 'flow',
        body: { text: 'Book' },
        action: { name: 'flow', parameters: { flow_message_version: '3', flow_id: '{flow}', flow_cta: 'Book' } },
      },
    }),
  },
  'a template of theirs by its id': { method: 'DELETE', path: '/OWN_WABA/message_templates?name=x&hsm_id={template}' },
  'copying their templates': {
    method: 'POST',
    path: '/OWN_WABA/migrate_message_templates',
    body: { source_waba_id: '{waba}' },
  },
  'copying their flows': { method: 'POST', path: '/OWN_WABA/migrate_flows', body: { source_waba_id: '{waba}' } },
  'several objects at once': { method: 'GET', path: '/?ids={phone}' },
  'a request inside a batch': { method: 'POST', path: '/', body: { batch: [{ relative_url: '{phone}?fields=id' }] } },
  'their number as the one of a medium': { method: 'GET', path: '/{media}?phone_number_id={phone}' },
};

for (const [what, { method, path, body }] of Object.entries(namings))
  test(`${what} looks as one that nobody has`, async () => {
    const ask = async (isReal: boolean) => {
      const fill = (text: string) =>
        text
          .replace('OWN_PHONE', stranger.phoneNumberId)
          .replace('OWN_WABA', stranger.wabaId)
          .replace(/\{(\w+)\}/g, (all, name: string) => {
            const id = theirs.get(name);
            return id === undefined ? all : isReal ? id : likeIt(id);
          });
      const filled = body && (JSON.parse(fill(JSON.stringify(body))) as object);
      return rig.graph(method, fill(path), { token: stranger.token, ...(filled && { body: filled }) });
    };
    const [real, none] = [await ask(true), await ask(false)];
    const clean = (answer: Answer) => visible(answer).replaceAll(/fbtrace_id[^A-Za-z0-9]+[\w-]+/g, '');
    assert.equal(clean(real), clean(none));
    assert.ok(!JSON.stringify(real.body).includes('display_phone_number'));
  });

test('their token is described to a stranger as one that nobody issued', async () => {
  const describe = (token: string) =>
    rig.graph('GET', `/debug_token?input_token=${token}`, { token: `${stranger.appId}|${stranger.appSecret}` });
  assert.deepEqual((await describe(rig.bank.token)).body, (await describe(`EAA${'a'.repeat(43)}`)).body);
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { findCheckpoint, leafHash, verifyConsistency, verifyInclusion, verifyLog } from '@postern/audit-log';
import { limits } from '@postern/protocol';
import { startAuditSequencer } from '../src/audit/audit-sequencer.ts';
import { assertError, startRig, type Answer, type Rig } from './http-rig.ts';
import { silent } from './storage-rig.ts';

interface LogAnswer {
  data: { log_index: number; entry: string; inclusion_proof: string[] }[];
  paging?: { cursors: { before: string; after: string }; next?: string; previous?: string };
  checkpoint: string;
  verifier_key: string;
  consistency_proof?: string[];
}

let rig: Rig;
before(async () => {
  rig = await startRig();
  await rig.register(rig.bank);
});
after(() => rig.stop());

const decode = (proof: readonly string[]) => proof.map((hash) => Buffer.from(hash, 'base64'));

async function sequence(): Promise<void> {
  const sequencer = await startAuditSequencer({ db: rig.db, folder: rig.auditFolder, logger: silent });
  await sequencer.stop();
}

async function readLog(query = 'limit=100'): Promise<LogAnswer> {
  await sequence();
  const answer = await rig.graph('GET', `/${rig.bank.wabaId}/audit_log?${query}`);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body as unknown as LogAnswer;
}

/** Everything that the answer says, checked with nothing but the answer. */
function proved({ data, checkpoint, verifier_key: verifierKey }: LogAnswer) {
  const said = findCheckpoint(checkpoint, verifierKey);
  assert.ok(said, 'the checkpoint is not signed');
  return data.map(({ log_index: index, entry, inclusion_proof: proof }) => {
    const claim = { leaf: leafHash(Buffer.from(entry)), index, size: said.size, root: said.root, proof: decode(proof) };
    assert.ok(verifyInclusion(claim), entry);
    return JSON.parse(entry) as { kind: string; waba_id: string; phone_number_id: string | null; details: object };
  });
}

async function countOf(kind: string): Promise<number> {
  return proved(await readLog()).filter((entry) => entry.kind === kind).length;
}

const settings = (minutes: number) =>
  rig.graph('POST', `/${rig.bank.phoneNumberId}/settings`, {
    body: { storage_configuration: { status: 'DEFAULT', retention_minutes: minutes } },
  });
const send = (): Promise<Answer> =>
  rig.graph('POST', `/${rig.bank.phoneNumberId}/messages`, {
    body: { messaging_product: 'whatsapp', to: '15550100777', type: 'text', text: { body: 'Hello' } },
  });
const subscribe = (method: string) => rig.graph(method, `/${rig.bank.wabaId}/subscribed_apps`);

/** Runs something while nothing can be written into the audit log. */
async function whileUnwritable<T>(work: () => Promise<T>): Promise<T> {
  await rig.db.execute('ALTER TABLE audit_entries ADD CONSTRAINT full_disk CHECK (false) NOT VALID');
  try {
    return await work();
  } finally {
    await rig.db.execute('ALTER TABLE audit_entries DROP CONSTRAINT full_disk');
  }
}

test('every operation that counts is one entry of the business, which it can prove by itself', async () => {
  const start = await countOf('settings');
  const set = await settings(60);
  assert.equal(set.status, 200, JSON.stringify(set.body));
  assert.equal((await settings(120)).status, 200);
  assert.equal((await subscribe('POST')).status, 200);
  assert.equal((await subscribe('DELETE')).status, 200);
  assert.equal((await settings(61)).status, 400);
  assert.equal((await send()).status, 200);
  assert.equal((await send()).status, 200);
  const entries = proved(await readLog());
  assert.equal(entries.filter(({ kind }) => kind === 'settings').length - start, 4);
  assert.equal(entries.filter(({ kind }) => kind === 'number-registered').length, 1);
  assert.equal(entries.filter(({ kind }) => kind === 'key-created').length, 1, 'the key of the number');
  const uses = entries.filter(({ kind }) => kind === 'key-use').map(({ details }) => details);
  const hour = Math.floor(rig.clock.now() / limits.hourMs);
  assert.deepEqual(uses, [
    { hour, purpose: 'device' },
    { hour, purpose: 'accepting' },
  ]);
  assert.ok(entries.every((entry) => entry.waba_id === rig.bank.wabaId));
});

test('no phone number stands in the log, and the whole log is sound', async () => {
  await send();
  await sequence();
  const rows = await rig.db.query<{ row: string }>('SELECT audit_entries::text AS row FROM audit_entries');
  assert.ok(rows.length > 5);
  for (const { row } of rows) assert.ok(!row.includes('15550100777') && !row.includes(rig.bank.phoneNumber), row);
  assert.deepEqual((await verifyLog(rig.auditFolder)).problems, []);
});

test('keys are made and destroyed only with an entry of it', async () => {
  const names = async (kind: string) =>
    (await rig.db.query('SELECT 1 FROM audit_entries WHERE kind = $1', [kind])).length;
  const created = await names('key-created');
  assert.ok(created >= 3, 'keys of a number, of time and of a shard');
  rig.clock.setOffset(2 * limits.hourMs);
  // The next hour needs a key, and this one cannot be logged.
  const refused = await whileUnwritable(send);
  assert.equal(refused.status, 500);
  assert.equal(await names('key-created'), created);
  assert.equal((await send()).status, 200);
  assert.ok((await names('key-created')) > created);
});

test('what cannot be logged does not happen', async () => {
  const read = async () => (await rig.graph('GET', `/${rig.bank.phoneNumberId}/settings`)).body as unknown as object;
  const subscribed = async () => (await subscribe('GET')).body.data.length;
  assert.equal((await settings(180)).status, 200);
  const [was, hadApps] = [await read(), await subscribed()];
  const { messages } = await rig.countRows();
  rig.clock.setOffset(4 * limits.hourMs);
  await whileUnwritable(async () => {
    assert.equal((await settings(240)).status, 500);
    assert.equal((await subscribe('POST')).status, 500);
    assert.equal((await send()).status, 500);
  });
  assert.deepEqual(await read(), was);
  assert.equal(await subscribed(), hadApps);
  assert.equal((await rig.countRows()).messages, messages);
  assert.equal((await settings(240)).status, 200);
});

test('a list goes on where the last one ended, and shows that the log is a continuation', async () => {
  for (const minutes of [60, 120, 180]) await settings(minutes);
  const all = await readLog();
  const first = await readLog('limit=2');
  assert.equal(first.data.length, 2);
  assert.ok(first.paging?.next);
  await settings(60);
  const old = findCheckpoint(first.checkpoint, first.verifier_key);
  assert.ok(old);
  const second = await readLog(`limit=2&after=${first.paging.cursors.after}&from_size=${old.size}`);
  assert.deepEqual(
    [...first.data, ...second.data].map((each) => each.log_index),
    all.data.slice(0, 4).map((each) => each.log_index),
  );
  const back = await readLog(`limit=1&before=${second.paging?.cursors.before}`);
  assert.deepEqual([back.data[0]?.log_index, back.paging?.next !== undefined], [first.data[1]?.log_index, true]);
  assert.ok(back.paging?.previous);
  const begin = await readLog(`limit=5&before=${back.paging.cursors.before}`);
  assert.deepEqual([begin.data[0]?.log_index, begin.paging?.previous], [first.data[0]?.log_index, undefined]);
  const to = findCheckpoint(second.checkpoint, first.verifier_key);
  assert.ok(to && to.size > old.size);
  assert.ok(verifyConsistency({ from: old, to, proof: decode(second.consistency_proof ?? []) }));
  const bad = await rig.graph('GET', `/${rig.bank.wabaId}/audit_log?from_size=${to.size + 1}`);
  assertError(bad, 400, 100);
});

test('another business sees nothing of it, and no token without the permission', async () => {
  const other = await rig.createBusiness('Rival');
  await sequence();
  const own = await rig.graph('GET', `/${other.wabaId}/audit_log`, { token: other.token });
  assert.deepEqual([own.status, own.body.data], [200, []]);
  const foreign = await rig.graph('GET', `/${rig.bank.wabaId}/audit_log`, { token: other.token });
  assert.equal(foreign.body.error.code, 100);
  const { token } = await rig.issueToken({ scopes: ['whatsapp_business_messaging'] });
  assertError(await rig.graph('GET', `/${rig.bank.wabaId}/audit_log`, { token }), 403, 200);
});

test('what administrators do is in a log of its own', async () => {
  await rig.createBusiness('Third');
  const folder = join(rig.auditFolder, 'business-manager');
  await rig.stopBusinessManager();
  const { size, problems } = await verifyLog(folder);
  assert.deepEqual(problems, []);
  assert.ok(size >= 7, `${size} entries`);
  await rig.startBusinessManager();
});

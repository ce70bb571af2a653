import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits, type PhoneNumber } from '@postern/protocol';
import type { SealedStorage } from '../src/sealed-storage.ts';
import { assertError, startRig, type Answer, type Rig } from './http-rig.ts';
import { openTestStorage } from './storage-rig.ts';

let rig: Rig;
let storage: SealedStorage;
before(async () => {
  rig = await startRig();
  await rig.register(rig.bank);
  storage = await openTestStorage(rig);
});
after(async () => {
  await storage.close();
  await rig.stop();
});

const [ana, ben, cleo] = ['16505551001', '16505551002', '16505551003'] as [string, string, string];

/** What answers hold beside what all of them do. */
interface BlockBody {
  block_users: {
    added_users?: object[];
    removed_users?: object[];
    failed_users?: { input: string; wa_id?: string; errors: { code: number; error_data: { details: string } }[] }[];
  };
}

function ask(method: string, users: object[], fields: object = {}): Promise<Answer> {
  const body = { messaging_product: 'whatsapp', block_users: users, ...fields };
  return rig.graph(method, `/${rig.bank.phoneNumberId}/block_users`, { body });
}

function blockBody({ body }: Answer): BlockBody['block_users'] {
  return (body as unknown as BlockBody).block_users;
}

async function listed(query = ''): Promise<Answer> {
  const answer = await rig.graph('GET', `/${rig.bank.phoneNumberId}/block_users${query}`);
  assert.equal(answer.status, 200);
  return answer;
}

async function blocked(): Promise<string[]> {
  const { body } = await listed('?limit=100');
  return (body.data as unknown as { wa_id: string }[]).map(({ wa_id: waId }) => waId).toSorted();
}

/** As if they had written so long ago. */
async function wrote(person: string, agoMs: number): Promise<void> {
  const { phoneNumberId } = rig.bank;
  const nowMs = storage.clock.now();
  const subjects = await storage.subjects.resolve(phoneNumberId, [person as PhoneNumber], nowMs);
  await rig.db.query(
    `INSERT INTO conversations VALUES ($1, $2, $3) ON CONFLICT (phone_number_id, subject_id)
     DO UPDATE SET last_inbound_at_ms = EXCLUDED.last_inbound_at_ms`,
    [phoneNumberId, subjects.get(person as PhoneNumber)?.id, nowMs - agoMs],
  );
}

test('who wrote within a day is blocked, is listed, and is unblocked', async () => {
  await wrote(ana, 0);
  await wrote(ben, limits.serviceWindowMs - 1_000);
  const added = await ask('POST', [{ user: '+1 (650) 555-1001' }, { user: ben }]);
  assert.equal(added.status, 200);
  assert.deepEqual(added.body, {
    messaging_product: 'whatsapp',
    block_users: {
      added_users: [
        { input: '+1 (650) 555-1001', wa_id: ana },
        { input: ben, wa_id: ben },
      ],
    },
  });
  assert.deepEqual(await blocked(), [ana, ben]);
  assert.equal((await ask('POST', [{ user: ana }])).status, 200, 'to block twice is to block');
  const removed = await ask('DELETE', [{ user: ana }, { user: cleo }]);
  assert.equal(removed.status, 200);
  assert.deepEqual(blockBody(removed), {
    removed_users: [
      { input: ana, wa_id: ana },
      { input: cleo, wa_id: cleo },
    ],
  });
  assert.deepEqual(await blocked(), [ben]);
});

test('who did not write within a day, and what is no number, fails by itself; the others are blocked all the same', async () => {
  await wrote(ana, 0);
  await wrote(cleo, limits.serviceWindowMs + 1_000);
  const answer = await ask('POST', [{ user: cleo }, { user: ana }, { user: '16505559999' }, { user: 'nobody' }]);
  assertError(answer, 400, 139100);
  const { added_users: added, failed_users: failed } = blockBody(answer);
  assert.deepEqual(added, [{ input: ana, wa_id: ana }]);
  assert.deepEqual(
    failed?.map(({ input, wa_id: waId, errors }) => [input, waId, errors[0]?.code]),
    [
      [cleo, cleo, 131047],
      ['16505559999', '16505559999', 131047],
      ['nobody', undefined, 131009],
    ],
  );
  assert.ok((await blocked()).includes(ana));
});

test('the list comes in pages, and holds so many people and no more', async () => {
  for (const person of [ana, ben, cleo]) await wrote(person, 0);
  await ask('POST', [{ user: ana }, { user: ben }, { user: cleo }]);
  const first = await listed('?limit=2');
  assert.equal(first.body.data.length, 2);
  const next = new URL(first.body.paging.next ?? '');
  const second = await listed(next.search);
  const all = [...first.body.data, ...second.body.data] as unknown as { messaging_product: string; wa_id: string }[];
  assert.deepEqual(all.map(({ wa_id: waId }) => waId).toSorted(), [ana, ben, cleo]);
  assert.ok(all.every(({ messaging_product: product }) => product === 'whatsapp'));
  assert.equal(second.body.paging.next, undefined);
  const back = await listed(new URL(second.body.paging.previous ?? '').search);
  assert.deepEqual(back.body.data, first.body.data);
  assert.equal(back.body.paging.previous, undefined);

  await rig.db.query(
    `INSERT INTO suppressions SELECT $1, 'blocked', decode(lpad(to_hex(n), 32, '0'), 'hex'), '\\x00', 0
     FROM generate_series(1, $2::int) n`,
    [rig.bank.phoneNumberId, limits.maxBlockedPeople - 3],
  );
  await wrote('16505551004', 0);
  const full = await ask('POST', [{ user: ana }, { user: '16505551004' }]);
  assertError(full, 400, 139101);
  assert.deepEqual(blockBody(full).added_users, [{ input: ana, wa_id: ana }]);
  assert.equal(blockBody(full).failed_users?.[0]?.errors[0]?.code, 139101);
});

test('a request that is wrong blocks nobody', async () => {
  const path = `/${rig.bank.phoneNumberId}/block_users`;
  for (const body of [
    {},
    { messaging_product: 'whatsapp' },
    { messaging_product: 'telegram', block_users: [{ user: ana }] },
    { messaging_product: 'whatsapp', block_users: [] },
    { messaging_product: 'whatsapp', block_users: [ana] },
    { messaging_product: 'whatsapp', block_users: [{}] },
    { messaging_product: 'whatsapp', block_users: Array.from({ length: 1_001 }, () => ({ user: ana })) },
  ])
    assertError(await rig.graph('POST', path, { body }), 400, 100);
  assertError(await rig.graph('GET', `${path}?after=xyz`), 400, 100);
  const { token } = await rig.issueToken({ scopes: ['whatsapp_business_management'] });
  assertError(await rig.graph('GET', path, { token }), 403, 10);
});

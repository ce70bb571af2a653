import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Registrar, TransportUnavailableError } from '@postern/client';
import { limits } from '@postern/protocol';
import { createLogger } from '@postern/service';
import { generateDeviceKeys } from '@postern/signal';
import { MessageReader } from '../src/messages/message-reader.ts';
import { devicePlace, encodeDeviceRecord } from '../src/numbers/device-record.ts';
import { OffBoarding } from '../src/numbers/off-boarding.ts';
import { dealWith, type Dealings } from './kept-person.ts';
import { ana, bob, startSealedRig, type SealedRig } from './sealed-rig.ts';
import { StoppedClock } from './stopped-clock.ts';
import { openTestStorage, silent } from './storage-rig.ts';

/** One whom 501 dealt with, and others that differ in one thing each: row alone, person, number, retention, hour. */
type Name = 'hers' | 'twin' | 'his' | 'elsewhere' | 'shorter' | 'later';

let rig: SealedRig;
let alarms: string[];
let dealings: Record<Name, Dealings>;
beforeEach(async () => {
  alarms = [];
  const note = (line: string) => void alarms.push((JSON.parse(line) as { alarm?: string; table: string }).table);
  const clock = new StoppedClock(Math.floor(Date.now() / limits.hourMs) * limits.hourMs);
  rig = await startSealedRig({ clock, logger: createLogger({ system: 'test', level: 'error', write: note }) });
  await rig.addNumber('502', '15550001112');
  const hers = await dealWith(rig, { retentionHours: 720 });
  const twin = await dealWith(rig, { retentionHours: 720, prekeyId: 5 });
  const his = await dealWith(rig, { retentionHours: 720, person: bob, prekeyId: 2 });
  const elsewhere = await dealWith(rig, { retentionHours: 720, phoneNumberId: '502' });
  const shorter = await dealWith(rig, { retentionHours: 24, prekeyId: 3 });
  clock.set(clock.now() + limits.hourMs);
  const later = await dealWith(rig, { retentionHours: 720, prekeyId: 4 });
  dealings = { hers, twin, his, elsewhere, shorter, later };
  await sealDevices();
});
afterEach(() => rig.stop());

/** Both numbers are leaving, which is when a device's record is opened without a transport. */
async function sealDevices(): Promise<void> {
  const { keyring, sealer } = rig.storage;
  for (const id of ['501', '502']) {
    const record = encodeDeviceRecord({ keys: generateDeviceKeys(), secret: Buffer.alloc(32, 1) });
    const sealed = sealer.seal(keyring.numberKey(id), devicePlace(id), record);
    await rig.db.execute(
      `UPDATE numbers SET sealed_device = $2, account_id = gen_random_uuid(), leaving_since_ms = 0
       WHERE phone_number_id = $1`,
      [id, sealed],
    );
  }
}

interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** The condition of the row of these dealings. */
  readonly where: (of: Dealings) => string;
  /** Whether the program can open it. */
  readonly opens: (of: Dealings) => Promise<boolean>;
  readonly swappedWith: readonly Name[];
  /** Sets other columns so that the record claims another place; there is a key for some of them, and none for others. */
  readonly relabelled: readonly string[];
}

/** Asked together with all others of the number: one that is refused holds up nobody. */
async function opensMessage({ phoneNumberId, inboundId }: Dealings): Promise<boolean> {
  const { db, storage } = rig;
  const asked = Object.values(dealings).filter((each) => each.phoneNumberId === phoneNumberId);
  const refs = asked.map(({ inboundId: messageId, acceptedS }) => ({ messageId, sentByBusiness: false, acceptedS }));
  const opened = await new MessageReader({ db, stored: storage.stored }).openAll(phoneNumberId, refs);
  return opened.some((message) => message?.message.messageId === inboundId);
}

async function opensReceipt({ device, storeBy }: Dealings): Promise<boolean> {
  const queued = await storeBy(rig.storage).loadQueued(50);
  return queued.some(({ messageId, to, content }) => {
    return messageId === null && 'accountId' in to && to.accountId === device.accountId && content.length > 0;
  });
}

async function opensDevice({ phoneNumberId }: Dealings): Promise<boolean> {
  const { db, storage } = rig;
  const registrar = new Registrar('http://127.0.0.1:1');
  try {
    await new OffBoarding({ db, storage, registrar, logger: silent }).closeAccount(phoneNumberId);
    return false;
  } catch (error) {
    // With a device that opens, the transport is called next.
    if (error instanceof TransportUnavailableError) return true;
    throw error;
  }
}

const messageWhere = ({ inboundId }: Dealings) => `message_id = '${inboundId}' AND NOT sent_by_business`;

const columns: readonly SealedColumn[] = [
  {
    table: 'messages',
    column: 'sealed',
    where: messageWhere,
    opens: opensMessage,
    swappedWith: ['twin', 'his', 'elsewhere', 'shorter', 'later'],
    relabelled: ['accepted_s = accepted_s + 3600', 'retention_hours = 24', 'retention_hours = 48', 'subject_id = $his'],
  },
  {
    table: 'outbox',
    column: 'sealed',
    where: ({ device }) => `account_id = '${device.accountId}' AND sealed IS NOT NULL`,
    opens: opensReceipt,
    swappedWith: ['twin', 'his', 'elsewhere', 'shorter', 'later'],
    relabelled: ['accepted_s = accepted_s + 3600', 'retention_hours = 24', 'retention_hours = 48', 'subject_id = $his'],
  },
  {
    table: 'sessions',
    column: 'sealed',
    where: ({ device }) => `account_id = '${device.accountId}'`,
    opens: async ({ device, storeBy }) => (await storeBy(rig.storage).loadPeers([device])).length > 0,
    swappedWith: ['twin', 'his', 'elsewhere', 'shorter', 'later'],
    relabelled: [
      'used_at_ms = used_at_ms + 3600000',
      'used_at_ms = used_at_ms - 3600000',
      'version = version + 1',
      'subject_id = $his',
      'subject_id = NULL',
    ],
  },
  {
    table: 'prekeys',
    column: 'sealed',
    where: ({ phoneNumberId, prekeyId }) => `phone_number_id = '${phoneNumberId}' AND prekey_id = ${prekeyId}`,
    opens: async ({ prekeyId, storeBy }) => (await storeBy(rig.storage).findPrekey('signed', prekeyId)) !== null,
    swappedWith: ['twin', 'his', 'elsewhere', 'later'],
    relabelled: ['sealed_at_ms = sealed_at_ms + 3600000', 'sealed_at_ms = sealed_at_ms - 3600000'],
  },
  {
    table: 'numbers',
    column: 'sealed_device',
    where: ({ phoneNumberId }) => `phone_number_id = '${phoneNumberId}'`,
    opens: opensDevice,
    swappedWith: ['elsewhere'],
    relabelled: [],
  },
  {
    table: 'subjects',
    column: 'wrapped_key',
    where: (of) => `subject_id = (SELECT subject_id FROM messages WHERE ${messageWhere(of)})`,
    opens: opensMessage,
    swappedWith: ['his', 'elsewhere'],
    relabelled: ['shard_version = 2'],
  },
];

/** Keeps a table as it is; gives what puts it back. */
async function copyTable(table: string): Promise<() => Promise<void>> {
  await rig.db.execute(`CREATE TABLE copy_of_${table} AS SELECT * FROM ${table}`);
  return async () => {
    await rig.db.execute(`DELETE FROM ${table}`);
    await rig.db.execute(`INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM copy_of_${table}`);
    rig.storage.subjects.forget(null);
  };
}

/** Statements that each do one thing to the record; `of` is where it is looked for afterwards. */
function listManipulations({ table, column, where, swappedWith, relabelled }: SealedColumn, length: number) {
  const { hers, his } = dealings;
  const set = (what: string) => `UPDATE ${table} SET ${what} WHERE ${where(hers)}`;
  const positions = [0, 1, 24, 25, 56, 57, 72, 73, length - 1];
  for (let at = 5; at < length; at += 17) positions.push(at);
  const flips = positions.map((at) => {
    const flipped = `${column} = set_byte(${column}, ${at}, get_byte(${column}, ${at}) # 1)`;
    return { name: `byte ${at} flipped`, sql: set(flipped), of: hers };
  });
  const cuts = [0, 1, 73, length - 1].map((to) => {
    return { name: `cut to ${to} bytes`, sql: set(`${column} = substr(${column}, 1, ${to})`), of: hers };
  });
  const swaps = swappedWith.flatMap((name) => {
    const other = dealings[name];
    const copy = (to: Dealings, from: Dealings) =>
      `UPDATE ${table} SET ${column} = (SELECT ${column} FROM ${table} WHERE ${where(from)}) WHERE ${where(to)}`;
    return [
      { name: `that of ${name} in its place`, sql: copy(hers, other), of: hers },
      { name: `it in the place of ${name}`, sql: copy(other, hers), of: other },
    ];
  });
  const theirs = `(SELECT subject_id FROM messages WHERE ${messageWhere(his)})`;
  const labels = relabelled.map((what) => ({ name: what, sql: set(what.replace('$his', theirs)), of: hers }));
  return [...flips, ...cuts, ...swaps, ...labels];
}

async function countRefused(table: string): Promise<number> {
  await rig.storage.refusals.settled();
  const [row] = await rig.db.query<{ count: number }>(
    'SELECT coalesce(sum(count), 0)::int AS count FROM seal_refusals WHERE in_table = $1',
    [table],
  );
  return row?.count ?? 0;
}

for (const each of columns)
  test(`a record in ${each.table}.${each.column} that is damaged, moved or relabelled never opens, is counted and alarmed, and everything goes on`, async () => {
    const { table, column, where, opens } = each;
    const bystander = table === 'numbers' ? dealings.elsewhere : dealings.his;
    await rig.storage.keyring.createShardKey(1, 2);
    const restore = await copyTable(table);
    const [row] = await rig.db.query<{ length: number }>(
      `SELECT length(${column})::int AS length FROM ${table} WHERE ${where(dealings.hers)}`,
    );
    assert.ok(row);
    for (const { name, sql, of } of listManipulations(each, row.length)) {
      assert.ok(await opens(of), `${name}: it opens before`);
      const before = alarms.length;
      assert.equal(await rig.db.execute(sql), 1, name);
      rig.storage.subjects.forget(null);
      assert.equal(await opens(of), false, name);
      assert.ok(alarms.slice(before).includes(table), `${name}: alarmed`);
      if (of === dealings.hers) assert.ok(await opens(bystander), `${name}: that of somebody else opens`);
      await restore();
    }
    assert.equal(await countRefused(table), alarms.filter((alarmed) => alarmed === table).length);
    assert.equal(new Set(alarms).size, 1, 'nothing else was refused');
  });

test('a number whose device was tampered with leaves, and its key is destroyed; one that cannot be closed yet waits', async () => {
  const { db, storage } = rig;
  await db.execute("UPDATE numbers SET sealed_device = '\\x00' WHERE phone_number_id = '502'");
  const registrar = new Registrar('http://127.0.0.1:1');
  await db.execute('DELETE FROM webhook_events');
  await assert.rejects(new OffBoarding({ db, storage, registrar, logger: silent }).run(), TransportUnavailableError);
  assert.ok(storage.sealer.findNumberKey('501'));
  assert.equal(storage.sealer.findNumberKey('502'), null);
});

test('a program of another region opens nothing, and that is counted', async () => {
  const { db, url: databaseUrl, clock, keyringFolder } = rig;
  const options = { databaseUrl, db, clock, keyringFolder };
  const elsewhere = await openTestStorage({ ...options, config: { region: 'EU' } });
  const { phoneNumberId, inboundId: messageId, acceptedS, device, prekeyId, storeBy } = dealings.hers;
  const reader = new MessageReader({ db, stored: elsewhere.stored });
  const refs = [{ messageId, sentByBusiness: false, acceptedS }];
  assert.deepEqual(await reader.openAll(phoneNumberId, refs), [null]);
  const store = storeBy(elsewhere);
  assert.equal(await store.findPrekey('signed', prekeyId), null);
  assert.deepEqual(await elsewhere.subjects.findAll(phoneNumberId, ana, clock.now()), []);
  assert.deepEqual(await store.loadPeers([device]), []);
  await elsewhere.refusals.settled();
  const counted = await db.query<{ table: string }>('SELECT in_table AS "table" FROM seal_refusals ORDER BY in_table');
  assert.deepEqual(
    counted.map(({ table }) => table),
    ['messages', 'prekeys', 'sessions', 'subjects'],
  );
  await elsewhere.close();
});

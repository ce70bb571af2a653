import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { limits, newAccountId, type AccountId, type PhoneNumber, type UserId } from '@postern/protocol';
import type { SealedStorage } from '../src/sealed-storage.ts';
import type { KnownUser } from '../src/user-ids/user-id.ts';
import { ana, bob, startSealedRig, type SealedRig } from './sealed-rig.ts';
import { StoppedClock } from './stopped-clock.ts';
import { takeBackup, Thief } from './thief.ts';

const dayMs = 24 * limits.hourMs;
const startMs = Math.floor(Date.now() / dayMs) * dayMs;

let rig: SealedRig;
let clock: StoppedClock;
beforeEach(async () => {
  clock = new StoppedClock(startMs);
  rig = await startSealedRig({ clock });
  await rig.storage.keyring.createNumberKey('501');
});
afterEach(() => rig.stop());

interface Meeting {
  readonly at?: string;
  readonly by?: SealedStorage;
  readonly accountId?: AccountId | null;
  readonly showsNumber?: boolean;
}

/** A number comes upon a person, and knows them as this user from then on. */
async function meet(person: PhoneNumber, meeting: Meeting = {}): Promise<KnownUser> {
  const { at = '501', by = rig.storage, accountId = null, showsNumber = true } = meeting;
  const subject = (await by.subjects.resolve(at, [person], by.clock.now())).get(person);
  assert.ok(subject);
  const users = await by.userIds.resolve(at, [{ person, subject, accountId, showsNumber }], by.clock.now());
  const user = users.get(person);
  assert.ok(user);
  return user;
}

async function addNumber(id: string, { waba = '900', business = null as string | null } = {}): Promise<void> {
  await rig.addNumber(id, `1555000${id.padStart(4, '0')}`, waba);
  await rig.db.execute('UPDATE numbers SET business_id = $2 WHERE phone_number_id = $1', [id, business]);
  await rig.storage.keyring.createNumberKey(id);
}

const leadsTo = async (id: UserId, { at = '501', by = rig.storage } = {}) =>
  (await by.userIds.find(at, id))?.person ?? null;

test('a user id has the country of the phone number and says nothing else; it stays while there is contact', async () => {
  const user = await meet(ana);
  assert.match(user.id, /^[A-Z]{2}\.[0-9]{20}$/);
  assert.equal((await meet('4915112345678' as PhoneNumber)).id.slice(0, 3), 'DE.');
  assert.notEqual((await meet(bob)).id.slice(3), user.id.slice(3));
  assert.equal(await leadsTo(user.id), ana);
  const other = await rig.openStorage();
  assert.deepEqual(await meet(ana, { by: other }), user);
  await other.close();
  for (let day = 1; day < 70; day += 10) {
    clock.set(startMs + day * dayMs);
    await rig.retention.run();
    assert.equal((await meet(ana)).id, user.id, `on day ${day}`);
  }
});

test('it is the same for all numbers of a portfolio, and another one for another portfolio', async () => {
  await rig.db.execute("UPDATE numbers SET business_id = '7' WHERE phone_number_id = '501'");
  await addNumber('502', { waba: '901', business: '7' });
  await addNumber('503', { waba: '902', business: '8' });
  const user = await meet(ana);
  assert.equal(await leadsTo(user.id, { at: '502' }), ana, 'a number that has never met them can write to them');
  assert.equal((await meet(ana, { at: '502' })).id, user.id);
  const elsewhere = await meet(ana, { at: '503' });
  assert.notEqual(elsewhere.id, user.id);
  assert.deepEqual([await leadsTo(elsewhere.id), await leadsTo(user.id, { at: '503' })], [null, null]);
});

test('processes and numbers that meet somebody in the same moment give one id', async () => {
  await addNumber('502');
  const others = await Promise.all(Array.from({ length: 3 }, () => rig.openStorage()));
  const met = await Promise.all(
    [rig.storage, ...others].flatMap((by) => [meet(ana, { by }), meet(ana, { by, at: '502' })]),
  );
  assert.equal(new Set(met.map(({ id }) => id)).size, 1);
  await Promise.all(others.map((by) => by.close()));
});

test('who speaks from another account is somebody new, at every number; the id of before leads nowhere', async () => {
  await addNumber('502');
  const [first, second] = [newAccountId(), newAccountId()];
  const user = await meet(ana, { accountId: null });
  assert.equal((await meet(ana, { accountId: first })).id, user.id, 'the first who speaks is who was written to');
  assert.equal((await meet(ana, { at: '502', accountId: first })).id, user.id);
  const changed = await meet(ana, { accountId: second });
  assert.notEqual(changed.id, user.id);
  assert.equal(await leadsTo(user.id, { at: '502' }), null);
  assert.equal((await meet(ana, { at: '502', accountId: second })).id, changed.id);
  assert.equal(await leadsTo(user.id), null);
  assert.equal(await leadsTo(changed.id), ana);
});

test('other processes learn of a new id', async () => {
  const other = await rig.openStorage();
  const [first, second] = [newAccountId(), newAccountId()];
  const user = await meet(ana, { accountId: first });
  assert.equal((await meet(ana, { by: other })).id, user.id);
  const changed = await meet(ana, { accountId: second });
  while ((await meet(ana, { by: other })).id !== changed.id) await new Promise(setImmediate);
  await other.close();
});

test('a number is known from when the business uses it or the person shows it; messages are named as at first', async () => {
  const hidden = await meet(ana, { showsNumber: false, accountId: newAccountId() });
  assert.deepEqual([hidden.isNumberKnown, hidden.namesMessages], [false, true]);
  const shown = await meet(ana, { showsNumber: true });
  assert.deepEqual([shown.id, shown.isNumberKnown, shown.namesMessages], [hidden.id, true, true]);
  assert.equal((await meet(ana, { showsNumber: false })).isNumberKnown, true);
  const known = await meet(bob);
  assert.deepEqual([known.isNumberKnown, known.namesMessages], [true, false]);
});

test('from the moment that a person is erased their id leads nowhere, for no process; they are somebody new after that', async () => {
  const other = await rig.openStorage();
  const [user, his] = [await meet(ana), await meet(bob)];
  assert.equal(await leadsTo(user.id, { by: other }), ana);
  await rig.eraser.erase('900', ana);
  assert.deepEqual([await leadsTo(user.id), await leadsTo(user.id, { by: other })], [null, null]);
  assert.deepEqual([await leadsTo(his.id), await leadsTo(his.id, { by: other })], [bob, bob]);
  assert.notEqual((await meet(ana)).id, user.id);
  await rig.sweep.run();
  assert.equal(await rig.count('user_ids'), 2);
  await other.close();
});

test('after 30 days of silence an id leads nowhere, before any sweep; its row goes with the sweep', async () => {
  const user = await meet(ana);
  clock.set(startMs + 30 * dayMs - 10 * 60_000 - 1_000);
  assert.equal(await leadsTo(user.id), ana);
  clock.set(startMs + 30 * dayMs);
  const fresh = await rig.openStorage();
  assert.deepEqual([await leadsTo(user.id), await leadsTo(user.id, { by: fresh })], [null, null]);
  assert.notEqual((await meet(ana, { by: fresh })).id, user.id);
  await fresh.close();
  clock.set(startMs + 61 * dayMs);
  await rig.retention.run();
  assert.equal(await rig.count('user_ids'), 0);
});

test('whoever has old backups and every secret that is alive finds nobody by an id after that', async () => {
  await rig.store(ana, 'x');
  const [hers, his] = [await meet(ana), await meet(bob)];
  const backups = [await takeBackup(rig)];
  const stolen = async () =>
    (await new Thief({ backups, living: await takeBackup(rig, { withRoots: true }) }).steal()).users;
  assert.deepEqual(await stolen(), new Set([`${hers.id} ${ana}`, `${his.id} ${bob}`]));
  await rig.eraser.erase('900', ana);
  assert.deepEqual(await stolen(), new Set([`${his.id} ${bob}`]));
  clock.set(startMs + 30 * dayMs);
  await rig.retention.run();
  assert.deepEqual(await stolen(), new Set());
});

test('a row that was moved or changed leads to nobody and is replaced', async () => {
  const [hers, his] = [await meet(ana), await meet(bob)];
  await rig.db.execute('UPDATE user_ids a SET sealed = b.sealed FROM user_ids b WHERE a.subject_id <> b.subject_id');
  assert.deepEqual([await leadsTo(hers.id), await leadsTo(his.id)], [null, null]);
  const fresh = await rig.openStorage();
  const again = await meet(ana, { by: fresh });
  assert.notEqual(again.id, hers.id);
  assert.equal(await leadsTo(again.id), ana);
  await fresh.close();
});

test('nothing in the table names a person or an id in the clear', async () => {
  const user = await meet(ana, { accountId: newAccountId() });
  const rows = JSON.stringify(await rig.db.query("SELECT *, encode(sealed, 'escape') AS text FROM user_ids"));
  for (const secret of [ana, user.id, user.id.slice(3), user.accountId ?? '?']) assert.ok(!rows.includes(secret));
});

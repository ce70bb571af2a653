import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, test } from 'node:test';
import { Registrar } from '@postern/client';
import { KeyMissingError } from '@postern/keyring';
import { NumberGoneError } from '../src/messages/held-numbers.ts';
import { BusinessManagerClient } from '../src/access/business-manager-client.ts';
import { BusinessEncryption } from '../src/numbers/business-encryption.ts';
import { BusinessUsernames } from '../src/numbers/business-usernames.ts';
import { DisplayNames } from '../src/numbers/display-names.ts';
import { NumberDocuments } from '../src/numbers/number-documents.ts';
import { ProfilePictures } from '../src/numbers/profile-pictures.ts';
import { QrCodes } from '../src/numbers/qr-codes.ts';
import { NumberError } from '../src/numbers/numbers.ts';
import { OffBoarding } from '../src/numbers/off-boarding.ts';
import { numberOf, startRig, until, untilShown } from './rig.ts';
import { silent } from './storage-rig.ts';

let rig: Awaited<ReturnType<typeof startRig>>;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.stop());

const dayMs = 24 * 3_600_000;

async function converse(phoneNumberId: string, digits: string, phoneDigits: string) {
  const shop = await rig.registerNumber(phoneNumberId, numberOf(digits));
  const { stop } = await rig.startWorker(31);
  const ana = await rig.openPhone('Ana', phoneDigits);
  await rig.say(phoneNumberId, ana.phoneNumber, 'hello');
  await untilShown(ana, (items) => items.length === 1);
  await until(async () => (await rig.db.query('SELECT FROM outbox')).length === 0);
  return { shop, ana, stop };
}

async function countOf(table: string): Promise<number> {
  const [row] = await rig.db.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
  return row?.count ?? -1;
}

test('a number that was deregistered takes and gives nothing any more, and its keys and rows are gone', async () => {
  const { shop, ana, stop } = await converse('920', '15550109920', '15550100401');
  await rig.numbers.deregister('920');
  await assert.rejects(rig.say('920', ana.phoneNumber, 'too late'), NumberGoneError);
  await assert.rejects(
    rig.numbers.deregister('920'),
    (error) => error instanceof NumberError && error.reason === 'not-registered',
  );
  ana.say({ to: shop.phoneNumber, text: { body: 'are you there?' } });
  await untilShown(ana, (items) => items.some(({ direction, state }) => direction === 'out' && state === 'failed'));
  assert.deepEqual([await countOf('sessions'), await countOf('prekeys')], [0, 0]);
  await rig.offBoarding.run();
  assert.throws(() => rig.storage.keyring.numberKey('920'), KeyMissingError);
  for (const table of ['messages', 'subjects', 'subject_lookups', 'outbox', 'webhook_events'])
    assert.equal(await countOf(table), 0, table);
  await stop();
});

test('its webhooks are told first; a day later the key goes whatever waits', async () => {
  await rig.db.query("INSERT INTO subscribed_apps VALUES ('1', '77')");
  const { stop } = await converse('921', '15550109921', '15550100402');
  assert.ok((await countOf('webhook_events')) > 0);
  await stop();
  await rig.say('921', numberOf('15550100402'), 'never sent');
  await rig.numbers.deregister('921');
  const failed = await rig.db.query("SELECT FROM webhook_events WHERE kind = 'failed' AND error_code = 133010");
  assert.equal(failed.length, 1, 'what waited to be sent has failed, and says so');
  await rig.offBoarding.run();
  assert.ok(rig.storage.keyring.numberKey('921'));
  rig.clock.setOffset(rig.clock.offsetMs + dayMs + 1_000);
  await rig.offBoarding.run();
  assert.throws(() => rig.storage.keyring.numberKey('921'), KeyMissingError);
  assert.equal(await countOf('webhook_events'), 0);
});

test('when the transport cannot be reached the account is closed later', async () => {
  const { shop, ana, stop } = await converse('922', '15550109922', '15550100403');
  const registrar = new Registrar('http://127.0.0.1:1');
  const unreachable = new OffBoarding({ db: rig.db, storage: rig.storage, registrar, logger: silent });
  assert.equal(await unreachable.deregister('922'), true);
  assert.equal((await rig.db.query('SELECT FROM numbers WHERE account_id IS NOT NULL')).length, 1);
  await assert.rejects(unreachable.run());
  assert.ok(rig.storage.keyring.numberKey('922'), 'the key is needed to close it');
  await rig.offBoarding.run();
  assert.throws(() => rig.storage.keyring.numberKey('922'), KeyMissingError);
  ana.say({ to: shop.phoneNumber, text: { body: 'anybody?' } });
  await untilShown(ana, (items) => items.some(({ direction, state }) => direction === 'out' && state === 'failed'));
  await stop();
});

test('a number that left can be set up again with a code, before its key was destroyed and after', async () => {
  const { shop, ana, stop } = await converse('923', '15550109923', '15550100404');
  for (const isForgotten of [false, true]) {
    await rig.numbers.deregister('923');
    if (isForgotten) await rig.offBoarding.run();
    await assert.rejects(rig.numbers.register(shop, '123456'), NumberError);
    await rig.numbers.requestCode(shop);
    await rig.numbers.verifyCode(shop, rig.codeOf(shop.phoneNumber));
    await rig.numbers.register(shop, '123456');
    await rig.offBoarding.run();
    const body = `back again ${isForgotten}`;
    await rig.say('923', ana.phoneNumber, body);
    await untilShown(ana, (items) => items.some(({ text }) => text?.body === body));
  }
  await stop();
});

test('a key for flows is vouched for by the device that took it, not by the next one, and leaves with the number', async () => {
  const businessEncryption = new BusinessEncryption({ db: rig.db, storage: rig.storage });
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  assert.equal(await businessEncryption.set('924', publicKey, '1'), false, 'nobody can vouch for it');
  await rig.registerNumber('924', numberOf('15550109924'));
  assert.equal(await businessEncryption.set('924', publicKey, '1'), true);
  assert.equal((await businessEncryption.find('924'))?.isVouchedFor, true);
  await rig.numbers.deregister('924');
  await rig.registerNumber('924', numberOf('15550109924'));
  const kept = await businessEncryption.find('924');
  assert.equal(kept?.isVouchedFor, false);
  assert.ok(kept.publicKey.equals(publicKey));
  await rig.numbers.deregister('924');
  await rig.offBoarding.run();
  assert.equal(await businessEncryption.find('924'), null);
});

test('what a number shows leaves with it: no table says anything of the number any more but that it was there', async () => {
  const { phoneNumber } = await rig.registerNumber('925', numberOf('15550109925'));
  const { db, storage } = rig;
  const number = { phoneNumberId: '925', phoneNumber, verifiedName: 'Inn desk', wabaId: '77', businessId: '7' };
  const pictures = new ProfilePictures(db);
  const documents = new NumberDocuments({ db, storage });
  await documents.change('925', 'profile', {
    appId: '1',
    next: () => ({ about: 'Beds' }),
    alongside: (tx) => pictures.set(tx, '925', { mediaType: 'image/png', bytes: Buffer.from('a picture') }),
  });
  const code = await new QrCodes({ db, storage }).create('925', 'A bed', '1');
  assert.ok(typeof code !== 'string');
  const usernames = new BusinessUsernames({ db, storage });
  await usernames.take(number, { username: 'the.inn', isTransfer: false, appId: '1' });
  const businessManager = new BusinessManagerClient({ url: 'http://127.0.0.1:1', serviceToken: 'not asked' });
  const names = new DisplayNames({ db, storage, policy: { kind: 'by-hand' }, businessManager });
  await names.request(number, 'The Inn', '1');
  const shown = ['business_usernames', 'display_names', 'number_documents', 'profile_pictures', 'qr_codes'];
  assert.deepEqual(
    (await tablesWith('925')).filter((table) => shown.includes(table)),
    shown,
  );

  await rig.numbers.deregister('925');
  await rig.offBoarding.run();
  assert.deepEqual(await tablesWith('925'), ['audit_entries', 'numbers']);
});

/** The tables that have a row of a number, whatever tables there are. */
async function tablesWith(phoneNumberId: string): Promise<string[]> {
  const tables = await rig.db.query<{ name: string }>(
    `SELECT DISTINCT table_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name = 'phone_number_id' ORDER BY 1`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await rig.db.query(`SELECT FROM ${name} WHERE phone_number_id = $1 LIMIT 1`, [phoneNumberId]);
    if (rows.length > 0) found.push(name);
  }
  return found;
}

import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { envelopeIdOf, parseEnvelopeId } from '../src/index.ts';
import { newEnvelopeId, type MessageId } from '@postern/protocol';
import { numberOf, startRig, texts, untilShown } from './rig.ts';

let rig: Awaited<ReturnType<typeof startRig>>;
before(async () => {
  rig = await startRig();
});
after(() => rig.stop());

const has = (body: string, state?: string) => (items: { text?: { body: string }; state: string }[]) =>
  items.some((item) => item.text?.body === body && (state === undefined || item.state === state));

test('two people talk both ways, and each sees what became of what they said', async () => {
  const [ana, ben] = [await rig.open('Ana', '15550100101'), await rig.open('Ben', '15550100102')];
  ana.say({ to: ben.phoneNumber, text: { body: 'hello Ben' } });
  await untilShown(ben, has('hello Ben'));
  await untilShown(ana, has('hello Ben', 'delivered'));
  ben.markRead();
  await untilShown(ana, has('hello Ben', 'read'));
  ben.say({ to: ana.phoneNumber, text: { body: 'hello Ana' } });
  await untilShown(ana, has('hello Ana'));
  await untilShown(ben, has('hello Ana', 'delivered'));
  assert.deepEqual(texts(ana), ['out hello Ben read', 'in hello Ana received']);
  assert.deepEqual(texts(ben), ['in hello Ben seen', 'out hello Ana delivered']);
});

test('both sides compute the same safety number, and it has 60 digits', async () => {
  const [ana, ben] = [await rig.open('Ana', '15550100111'), await rig.open('Ben', '15550100112')];
  ana.say({ to: ben.phoneNumber, text: { body: 'compare' } });
  await untilShown(ana, has('compare', 'delivered'));
  const number = ana.safetyNumberWith(ben.accountId);
  assert.match(number ?? '', /^\d{60}$/);
  assert.equal(ben.safetyNumberWith(ana.accountId), number);
});

test('what is said while the other is offline, or while oneself is, arrives in order', async () => {
  const [ana, ben] = [await rig.open('Ana', '15550100121'), await rig.open('Ben', '15550100122')];
  await ben.goOffline();
  await ana.goOffline();
  const bodies = Array.from({ length: 300 }, (_, index) => `message ${index}`);
  for (const body of bodies) ana.say({ to: ben.phoneNumber, text: { body } });
  ana.goOnline();
  await untilShown(ana, (items) => items.every(({ state }) => state === 'sent'));
  assert.equal(ben.inbox().length, 0);
  ben.goOnline();
  const shown = await untilShown(ben, (items) => items.length === bodies.length);
  assert.deepEqual(
    shown.map(({ text }) => text?.body),
    bodies,
  );
  await untilShown(ana, (items) => items.every(({ state }) => state === 'delivered'));
});

test('a message to a number that nobody has fails', async () => {
  const ana = await rig.open('Ana', '15550100131');
  ana.say({ to: numberOf('15550109998'), text: { body: 'anybody there?' } });
  await untilShown(ana, has('anybody there?', 'failed'));
});

test('a phone that lost its session asks again, and the message arrives once, under its own id', async () => {
  const [ana, ben] = [await rig.open('Ana', '15550100141'), await rig.open('Ben', '15550100142')];
  ana.say({ to: ben.phoneNumber, text: { body: 'first' } });
  await untilShown(ben, has('first'));
  ben.say({ to: ana.phoneNumber, text: { body: 'answer' } });
  await untilShown(ana, has('answer'));
  await rig.close(ben);
  const db = new DatabaseSync(join(rig.dir, '15550100142', 'phone.sqlite'));
  db.exec('UPDATE peers SET session = NULL');
  db.close();
  const messageId = ana.say({ to: ben.phoneNumber, text: { body: 'second' } });
  await untilShown(ana, has('second', 'sent'));
  const again = await rig.open('Ben', '15550100142');
  const shown = await untilShown(again, has('second'));
  assert.equal(shown.filter(({ text }) => text?.body === 'second').length, 1);
  assert.ok(shown.some(({ id }) => Buffer.from(id.slice(6), 'base64').includes(messageId)));
  await untilShown(ana, has('second', 'delivered'));
});

test('a retry request that the peer did not sign changes nothing', async () => {
  const [ana, ben, mallory] = [
    await rig.open('Ana', '15550100151'),
    await rig.open('Ben', '15550100152'),
    await rig.open('Mallory', '15550100153'),
  ];
  for (const other of [ben, mallory]) {
    ana.say({ to: other.phoneNumber, text: { body: 'hello' } });
    await untilShown(other, has('hello'));
  }
  await ben.goOffline();
  const messageId = ana.say({ to: ben.phoneNumber, text: { body: 'for Ben' } });
  await untilShown(ana, has('for Ben', 'sent'));
  // Mallory knows the envelope, as a dishonest transport would, and asks for it in her own, well-signed name.
  await mallory.goOffline();
  const db = new DatabaseSync(join(rig.dir, '15550100153', 'phone.sqlite'));
  const stolen = await forgeRetry({ db, to: ana.accountId, from: mallory.accountId, messageId });
  db.prepare(
    "INSERT INTO outbox (to_account_id, content, attempt, expires_at_ms, envelopes) VALUES (?, x'', 0, ?, ?)",
  ).run(ana.accountId, 2 ** 52, stolen);
  db.close();
  mallory.goOnline();
  mallory.say({ to: ana.phoneNumber, text: { body: 'after the forgery' } });
  await untilShown(ana, has('after the forgery'));
  ben.goOnline();
  await untilShown(ben, has('for Ben'));
  assert.ok(!mallory.inbox().some(({ text }) => text?.body === 'for Ben'));
  assert.ok(ana.inbox().some(({ text, state }) => text?.body === 'for Ben' && state !== 'failed'));
});

async function forgeRetry({
  db,
  to,
  from,
  messageId,
}: {
  db: DatabaseSync;
  to: string;
  from: string;
  messageId: MessageId;
}) {
  const { encode, EnvelopeType, RetryRequestSchema, uuidToBytes } = await import('@postern/protocol');
  const { signRetryRequest } = await import('@postern/signal');
  const { encodeOutgoing } = await import('../src/index.ts');
  const row = db.prepare('SELECT identity_key_pair, registration_id FROM device').get() as {
    identity_key_pair: Uint8Array;
    registration_id: number;
  };
  const keys = { identityKeyPair: row.identity_key_pair, registrationId: row.registration_id };
  const envelopeId = envelopeIdOf({ messageId, attempt: 0, deviceId: 1 });
  const [sender, requester] = [to, from].map((accountId) => ({ accountId, deviceId: 1 })) as never[];
  const statement = {
    requester: requester!,
    sender: sender!,
    envelopeId,
    errorMessage: new Uint8Array([1]),
    attempt: 1,
  };
  const signature = signRetryRequest(keys, statement);
  const ciphertext = encode(RetryRequestSchema, {
    envelopeId: uuidToBytes(envelopeId),
    errorMessage: statement.errorMessage,
    attempt: 1,
    signature,
  });
  return encodeOutgoing([
    {
      recipient: sender!,
      envelopeId: newEnvelopeId(),
      type: EnvelopeType.RETRY_REQUEST,
      ciphertext,
      commitment: new Uint8Array(),
      expiresAtMs: 0,
    },
  ]);
}

test('more first messages than there are one-time prekeys all open sessions', async () => {
  const target = await rig.open('Target', '15550100161');
  await untilPrekeys(100);
  await target.goOffline();
  await rig.db.execute('DELETE FROM one_time_prekeys');
  const ana = await rig.open('Ana', '15550100162');
  ana.say({ to: target.phoneNumber, text: { body: 'with the last resort' } });
  await untilShown(ana, has('with the last resort', 'sent'));
  target.goOnline();
  await untilShown(target, has('with the last resort'));
});

async function untilPrekeys(count: number): Promise<void> {
  for (;;) {
    const [row] = await rig.db.query<{ count: number }>('SELECT count(*)::int AS count FROM one_time_prekeys');
    if ((row?.count ?? 0) >= count) return;
  }
}

test('an envelope id names its message, attempt and device, and random ids name none', () => {
  const name = { messageId: '5F425A74F13033492A' as MessageId, attempt: 3, deviceId: 2 };
  assert.deepEqual(parseEnvelopeId(envelopeIdOf(name)), name);
  for (let index = 0; index < 1000; index += 1) assert.equal(parseEnvelopeId(newEnvelopeId()), null);
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { newAccountId, newEnvelopeId, pad, systemClock, unpad, type DeviceId } from '@postern/protocol';
import {
  frank,
  generateDeviceKeys,
  generateKyberPrekey,
  generateOneTimePrekey,
  generateSignedPrekey,
  PeerCache,
  publicIdentityKey,
  signedHalf,
  signRetryRequest,
  Stage,
  unfrank,
  verifyRetryRequest,
  type Ciphertext,
  type LocalDevice,
  type PeerBundle,
} from '@postern/signal';
import { PhoneDatabase } from '../src/phone/phone-database.ts';
import { PhoneStore, StaleSessionError } from '../src/phone/phone-store.ts';

const dir = mkdtempSync(join(tmpdir(), 'postern-sessions-'));
after(() => rmSync(dir, { recursive: true }));

let parties = 0;

/** One device with a real SQLite store, and a bundle that others can fetch. */
function newParty({ withOneTime = true } = {}) {
  parties += 1;
  const db = new PhoneDatabase(join(dir, `${parties}.sqlite`));
  const store = new PhoneStore(db, systemClock);
  const keys = generateDeviceKeys();
  const local: LocalDevice = { accountId: newAccountId(), deviceId: 1 as DeviceId, keys };
  const nowMs = Date.now();
  const [signed, kyber, oneTime] = [
    generateSignedPrekey(keys, 1, nowMs),
    generateKyberPrekey(keys, 'kyber-last-resort', { id: 2, nowMs }),
    generateOneTimePrekey(3),
  ];
  const bundle: PeerBundle = {
    registrationId: keys.registrationId,
    identityKey: publicIdentityKey(keys),
    signed: signedHalf(signed),
    kyber: signedHalf(kyber),
    oneTime: withOneTime ? oneTime.published : null,
  };
  return {
    db,
    store,
    local,
    bundle,
    cache: new PeerCache(store, 10),
    prekeys: [signed, kyber, oneTime].map(({ stored }) => stored),
  };
}

type Party = ReturnType<typeof newParty>;

async function ready(options?: { withOneTime?: boolean }): Promise<Party> {
  const party = newParty(options);
  await party.store.addPrekeys(party.prekeys);
  return party;
}

async function encrypt(from: Party, to: Party, text: string): Promise<Ciphertext> {
  const stage = await Stage.load(from.local, from.cache, [to.local]);
  if (!stage.hasSession(to.local, Date.now()))
    assert.equal(await stage.openSession(to.local, to.bundle, Date.now()), 'opened');
  const ciphertext = await stage.encrypt(to.local, pad(Buffer.from(text)), Date.now());
  await from.store.commitEncrypted({ changes: stage.changes(), items: [], failed: [] });
  from.cache.accept(stage.committedPeers());
  return ciphertext;
}

/** Decrypts and, unless told not to, commits. */
async function decrypt(to: Party, from: Party, ciphertext: Ciphertext, { commit = true } = {}) {
  const stage = await Stage.load(to.local, to.cache, [from.local]);
  const decrypted = await stage.decrypt(from.local, ciphertext, Date.now());
  if (commit) {
    await to.store.commitReceived({ changes: stage.changes(), processed: [], events: [], replies: [] });
    to.cache.accept(stage.committedPeers());
  }
  return decrypted.kind === 'plaintext' ? Buffer.from(unpad(decrypted.plaintext) ?? []).toString() : decrypted.kind;
}

test('a first message that was decrypted but not committed decrypts again: nothing was consumed', async () => {
  const [ana, ben] = [await ready(), await ready()];
  const ciphertext = await encrypt(ana, ben, 'once');
  for (let attempt = 0; attempt < 3; attempt += 1)
    assert.equal(await decrypt(ben, ana, ciphertext, { commit: false }), 'once');
  assert.equal(await decrypt(ben, ana, ciphertext), 'once');
});

test('a tampered message is undecryptable and leaves the session as it was', async () => {
  const [ana, ben] = [await ready(), await ready()];
  await decrypt(ben, ana, await encrypt(ana, ben, 'first'));
  await decrypt(ana, ben, await encrypt(ben, ana, 'answer'));
  const ciphertext = await encrypt(ana, ben, 'second');
  for (let index = 0; index < ciphertext.bytes.length; index += 7) {
    const tampered = Uint8Array.from(ciphertext.bytes);
    tampered[index] = (tampered[index] ?? 0) ^ 1;
    assert.equal(await decrypt(ben, ana, { ...ciphertext, bytes: tampered }), 'undecryptable', `byte ${index}`);
  }
  assert.equal(await decrypt(ben, ana, ciphertext), 'second');
});

test('a message said to come from somebody else is undecryptable, and decrypts under its own name', async () => {
  const [ana, ben, mallory] = [await ready(), await ready(), await ready()];
  const ciphertext = await encrypt(ana, ben, 'from Ana');
  assert.equal(await decrypt(ben, mallory, ciphertext), 'undecryptable');
  assert.equal(await decrypt(ben, ana, ciphertext), 'from Ana');
});

test('a first message without a one-time prekey cannot be replayed after the session is gone', async () => {
  const [ana, ben] = [await ready(), await ready({ withOneTime: false })];
  const ciphertext = await encrypt(ana, ben, 'replay me');
  assert.equal(await decrypt(ben, ana, ciphertext), 'replay me');
  ben.db.run('DELETE FROM peers');
  ben.cache.clear();
  assert.equal(await decrypt(ben, ana, ciphertext), 'undecryptable');
  const stage = await Stage.load(ben.local, ben.cache, [ana.local]);
  const again = await stage.decrypt(ana.local, ciphertext, Date.now());
  assert.ok(again.kind === 'undecryptable' && again.reason === 'replayed');
  assert.equal(stage.changes().peers.length, 0);
});

test('a peer whose identity key changed is refused, sending and receiving', async () => {
  const [ana, ben] = [await ready(), await ready()];
  await decrypt(ben, ana, await encrypt(ana, ben, 'hello'));
  const other = await ready();
  const impostor = { ...other, local: { ...other.local, accountId: ana.local.accountId } };
  assert.equal(await decrypt(ben, impostor, await encrypt(impostor, ben, 'I am Ana')), 'identity-changed');
  const stage = await Stage.load(ben.local, ben.cache, [ana.local]);
  assert.equal(await stage.openSession(ana.local, impostor.bundle, Date.now()), 'identity-changed');
});

test('a bundle with a wrong signature or a byte changed in any key opens nothing', async () => {
  const [ana, ben] = [await ready(), await ready()];
  const flip = (bytes: Uint8Array, at = 5) => Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ 1 : byte));
  const { bundle } = ben;
  const bad: PeerBundle[] = [
    { ...bundle, signed: { ...bundle.signed, signature: flip(bundle.signed.signature) } },
    { ...bundle, signed: { ...bundle.signed, publicKey: flip(bundle.signed.publicKey) } },
    { ...bundle, kyber: { ...bundle.kyber, signature: flip(bundle.kyber.signature) } },
    { ...bundle, kyber: { ...bundle.kyber, publicKey: flip(bundle.kyber.publicKey) } },
    { ...bundle, identityKey: flip(bundle.identityKey) },
    { ...bundle, identityKey: bundle.identityKey.slice(1) },
  ];
  const stage = await Stage.load(ana.local, ana.cache, [ben.local]);
  for (const [index, one] of bad.entries())
    assert.equal(await stage.openSession(ben.local, one, Date.now()), 'bad-bundle', `bundle ${index}`);
  assert.equal(stage.changes().peers.length, 0);
});

test('a store that fails while a prekey is read is an error, not an undecryptable message', async () => {
  const [ana, ben] = [await ready(), await ready()];
  const ciphertext = await encrypt(ana, ben, 'kept');
  const broken = new Error('the disk is gone');
  const stage = await Stage.load(
    ben.local,
    new PeerCache({ ...bound(ben.store), findPrekey: () => Promise.reject(broken) }, 10),
    [ana.local],
  );
  await assert.rejects(stage.decrypt(ana.local, ciphertext, Date.now()), broken);
  assert.equal(await decrypt(ben, ana, ciphertext), 'kept');
});

function bound(store: PhoneStore) {
  return {
    loadPeers: store.loadPeers.bind(store),
    findPrekey: store.findPrekey.bind(store),
    isBaseKeyUsed: store.isBaseKeyUsed.bind(store),
  };
}

test('a session written from an old version is refused with the rest of its transaction', async () => {
  const [ana, ben] = [await ready(), await ready()];
  await decrypt(ben, ana, await encrypt(ana, ben, 'first'));
  const stale = await Stage.load(ben.local, ben.cache, [ana.local]);
  await stale.decrypt(ana.local, await encrypt(ana, ben, 'second'), Date.now());
  const second = await Stage.load(ben.local, ben.cache, [ana.local]);
  await second.encrypt(ana.local, pad(Buffer.from('in between')), Date.now());
  await ben.store.commitEncrypted({ changes: second.changes(), items: [], failed: [] });
  const envelopeId = newEnvelopeId();
  const batch = { changes: stale.changes(), processed: [{ envelopeId, isReadable: true }], events: [], replies: [] };
  await assert.rejects(ben.store.commitReceived(batch), StaleSessionError);
  assert.deepEqual(await ben.store.findProcessed([envelopeId]), []);
});

test('a commitment opens with the content it was made of, and with no other', () => {
  const content = Buffer.from('what was said');
  const { padded, commitment } = frank(content);
  assert.deepEqual(Buffer.from(unfrank(padded, commitment) ?? []), content);
  const other = frank(Buffer.from('something else'));
  assert.equal(unfrank(padded, other.commitment), null);
  assert.equal(unfrank(padded, commitment.slice(1)), null);
  assert.equal(unfrank(new Uint8Array(160), commitment), null);
});

test("a retry request is the requester's own, about one envelope and one attempt", () => {
  const [ana, ben] = [newParty(), newParty()];
  const statement = {
    requester: ana.local,
    sender: ben.local,
    envelopeId: newEnvelopeId(),
    errorMessage: Buffer.from('error'),
    attempt: 1,
  };
  const signature = signRetryRequest(ana.local.keys, statement);
  const isValid = (change: object) =>
    verifyRetryRequest(publicIdentityKey(ana.local.keys), { ...statement, ...change }, signature);
  assert.equal(isValid({}), true);
  for (const change of [
    { attempt: 2 },
    { envelopeId: newEnvelopeId() },
    { sender: ana.local },
    { requester: ben.local },
    { errorMessage: Buffer.from('other') },
  ]) {
    assert.equal(isValid(change), false, JSON.stringify(Object.keys(change)));
  }
  assert.equal(verifyRetryRequest(publicIdentityKey(ben.local.keys), statement, signature), false);
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { KeyringLockedError } from '@postern/keyring';
import { newPlace, openIn } from './root-places.ts';

/** A KeyringLockedError whose message says this. */
function locked(says: RegExp) {
  return (error: unknown) => error instanceof KeyringLockedError && !error.retryable && says.test(error.message);
}

for (const kind of ['file', 'passphrase', 'pkcs11'] as const)
  describe(`root keys of the kind ${kind}`, () => {
    test('what a root key wraps, it opens, also after a restart', async () => {
      const place = newPlace(kind);
      const store = await place.open();
      assert.equal(store.backend, kind);
      store.create(1);
      const secret = randomBytes(32);
      const before = Buffer.from(secret);
      const wrapped = store.wrap(1, 'keys 1', secret);
      assert.deepEqual(secret, before);
      assert.ok(!wrapped.includes(secret));
      assert.equal(wrapped.length, 12 + 32 + 16);
      assert.deepEqual(store.findUnwrapped(1, 'keys 1', wrapped), secret);
      assert.notDeepEqual(store.wrap(1, 'keys 1', secret).subarray(0, 12), wrapped.subarray(0, 12));
      const open = { call: 'findUnwrapped', generation: 1, about: 'keys 1', bytes: wrapped } as const;
      assert.deepEqual(await place.callElsewhere([open]), [secret]);
    });

    test('what was wrapped opens only as it is, for what it is about, with the root key of its generation', async () => {
      const store = await newPlace(kind).open();
      store.create(1);
      store.create(2);
      const wrapped = store.wrap(1, 'keys 1', randomBytes(32));
      assert.equal(store.findUnwrapped(1, 'keys 2', wrapped), null);
      assert.equal(store.findUnwrapped(2, 'keys 1', wrapped), null);
      assert.equal(store.findUnwrapped(3, 'keys 1', wrapped), null);
      for (const at of [0, 12, 43, 44, 59]) {
        const damaged = Buffer.from(wrapped);
        damaged[at] = (damaged[at] ?? 0) ^ 1;
        assert.equal(store.findUnwrapped(1, 'keys 1', damaged), null, `damaged at ${at}`);
      }
      for (const length of [0, 11, 27, 28, 59])
        assert.equal(store.findUnwrapped(1, 'keys 1', wrapped.subarray(0, length)), null, `cut at ${length}`);
      assert.ok(store.findUnwrapped(1, 'keys 1', wrapped));
    });

    test('a destroyed root key opens nothing, here and in another process, and the others stay', async () => {
      const place = newPlace(kind);
      const store = await place.open();
      for (const generation of [1, 11, 2]) store.create(generation);
      const [gone, kept] = [store.wrap(1, 'x', randomBytes(32)), store.wrap(11, 'x', randomBytes(32))];
      store.destroy(1);
      store.destroy(1);
      assert.deepEqual(store.listGenerations(), [2, 11]);
      assert.equal(store.findUnwrapped(1, 'x', gone), null);
      assert.ok(store.findUnwrapped(11, 'x', kept));
      assert.throws(() => store.wrap(1, 'x', randomBytes(32)), locked(/generation 1 is gone/));
      const [list, opened] = await place.callElsewhere([
        { call: 'listGenerations' },
        { call: 'findUnwrapped', generation: 1, about: 'x', bytes: gone },
      ]);
      assert.deepEqual([list, opened], [[2, 11], null]);
    });

    test('a root key that a crash left behind is replaced', async () => {
      const place = newPlace(kind);
      const store = await place.open();
      store.create(4);
      const wrapped = store.wrap(4, 'x', randomBytes(32));
      await place.callElsewhere([{ call: 'create', generation: 4 }]);
      const fresh = await place.open();
      assert.equal(fresh.findUnwrapped(4, 'x', wrapped), null);
      fresh.create(4);
      const again = fresh.wrap(4, 'x', randomBytes(32));
      assert.ok(fresh.findUnwrapped(4, 'x', again));
      assert.deepEqual(fresh.listGenerations(), [4]);
      // One was destroyed, and none of those before it comes to light.
      fresh.destroy(4);
      assert.deepEqual(fresh.listGenerations(), []);
    });

    test('generations are listed by number', async () => {
      const store = await newPlace(kind).open();
      assert.deepEqual(store.listGenerations(), []);
      for (const generation of [10, 9, 4_294_967_295, 1]) store.create(generation);
      assert.deepEqual(store.listGenerations(), [1, 9, 10, 4_294_967_295]);
    });

    test('two processes at once see what the other one did, and do not disturb each other', async () => {
      const place = newPlace(kind);
      const store = await place.open();
      store.create(1);
      const secret = randomBytes(32);
      const rounds = place.callElsewhere(
        [
          { call: 'create', generation: 2 },
          { call: 'wrap', generation: 2, about: 'there', bytes: secret },
          { call: 'create', generation: 3 },
          { call: 'destroy', generation: 3 },
        ],
        { times: 20 },
      );
      const ended = rounds.then(
        () => true,
        () => true,
      );
      while (!(await Promise.race([ended, setImmediate(false)]))) {
        store.create(1);
        assert.ok(store.findUnwrapped(1, 'here', store.wrap(1, 'here', randomBytes(32))));
        assert.ok(store.listGenerations().includes(1));
      }
      const wrapped = (await rounds)[1] as Buffer;
      assert.deepEqual(store.listGenerations(), [1, 2]);
      assert.deepEqual(store.findUnwrapped(2, 'there', wrapped), secret);
      await place.callElsewhere([{ call: 'destroy', generation: 2 }]);
      assert.deepEqual(store.listGenerations(), [1]);
      assert.equal((await place.open()).findUnwrapped(2, 'there', wrapped), null);
    });

    test('a store that closes leaves the others of its process open', async () => {
      const place = newPlace(kind);
      const [first, second] = [await place.open(), await place.open()];
      first.create(1);
      const wrapped = first.wrap(1, 'x', randomBytes(32));
      first.close();
      first.close();
      assert.ok(second.findUnwrapped(1, 'x', wrapped));
      second.close();
      assert.ok((await place.open()).findUnwrapped(1, 'x', wrapped));
    });
  });

for (const kind of ['file', 'passphrase'] as const)
  test(`the files of the kind ${kind} are for their owner alone`, async () => {
    const { folder, open } = newPlace(kind);
    const store = await open();
    store.create(1);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.deepEqual(readdirSync(folder), ['root.1']);
    assert.equal(statSync(join(folder, 'root.1')).mode & 0o777, 0o600);
  });

test('the root key lies in its own folder when there is one', async () => {
  const { folder } = newPlace('file');
  const own = `${folder}-roots`;
  const store = await openIn(folder, { kind: 'file', folder: own });
  store.create(1);
  assert.deepEqual(readdirSync(own), ['root.1']);
  assert.throws(() => readdirSync(folder), { code: 'ENOENT' });
});

test('a root key that was overwritten, and not yet removed, counts as gone', async () => {
  for (const kind of ['file', 'passphrase'] as const) {
    const place = newPlace(kind);
    const store = await place.open();
    store.create(1);
    const wrapped = store.wrap(1, 'x', randomBytes(32));
    const path = join(place.folder, 'root.1');
    for (const size of [statSync(path).size, 0]) {
      writeFileSync(path, Buffer.alloc(size));
      assert.equal((await place.open()).findUnwrapped(1, 'x', wrapped), null, `${kind}, ${size} bytes`);
    }
  }
});

test('a wrong passphrase opens nothing and changes nothing', async () => {
  const place = newPlace('passphrase');
  const store = await place.open();
  store.create(1);
  const wrapped = store.wrap(1, 'x', randomBytes(32));
  const path = join(place.folder, 'root.1');
  const before = readFileSync(path);
  const wrong = await openIn(place.folder, { kind: 'passphrase', passphrase: Buffer.from('a horse') });
  assert.throws(() => wrong.findUnwrapped(1, 'x', wrapped), locked(/passphrase does not open/));
  assert.throws(() => wrong.wrap(1, 'x', randomBytes(32)), locked(/passphrase does not open/));
  await assert.rejects(
    openIn(place.folder, { kind: 'passphrase', passphrase: Buffer.alloc(0) }),
    locked(/passphrase of the keyring is empty/),
  );
  assert.deepEqual(readFileSync(path), before);
  assert.ok((await place.open()).findUnwrapped(1, 'x', wrapped));
});

test('whoever forgets the passphrase setting, or sets one too many, is told so', async () => {
  const sealed = newPlace('passphrase');
  const sealing = await sealed.open();
  sealing.create(1);
  const inSealed = sealing.wrap(1, 'x', randomBytes(32));
  const asPlain = await openIn(sealed.folder, { kind: 'file' });
  assert.throws(() => asPlain.findUnwrapped(1, 'x', inSealed), locked(/set keyringPassphraseFile/));

  const plain = newPlace('file');
  const bare = await plain.open();
  bare.create(1);
  const inPlain = bare.wrap(1, 'x', randomBytes(32));
  const asSealed = await openIn(plain.folder, { kind: 'passphrase', passphrase: Buffer.from('a horse') });
  assert.throws(() => asSealed.findUnwrapped(1, 'x', inPlain), locked(/leave keyringPassphraseFile out/));
});

test('no file says what the passphrase or a sealed root key is', async () => {
  const plain = newPlace('file');
  const bare = await plain.open();
  bare.create(1);
  const root = readFileSync(join(plain.folder, 'root.1')).subarray(-32);
  const sealed = newPlace('passphrase');
  const store = await sealed.open();
  store.create(1);
  const file = readFileSync(join(sealed.folder, 'root.1'));
  assert.ok(!file.includes('a horse'));
  assert.ok(!file.includes(root));
  // Every generation is sealed by another key: with the same one, two seals would open each other's files.
  store.create(2);
  writeFileSync(join(sealed.folder, 'root.2'), file);
  const fresh = await sealed.open();
  assert.throws(() => fresh.findUnwrapped(2, 'x', Buffer.alloc(60)), locked(/passphrase does not open/));
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { KeyringLockedError } from '@postern/keyring';
import pkcs11, { type Handle } from 'pkcs11js';
import { createSoftToken } from '../../../test/rigs/soft-token.ts';
import { newTokenPlace, openIn, softToken } from './root-places.ts';

function locked(says: RegExp) {
  return (error: unknown) => error instanceof KeyringLockedError && says.test(error.message);
}

/** The library beside ours, which has initialized it: what another user of the token in this process would do. */
function besides(): { module: pkcs11.PKCS11; slot: Handle; session: Handle } {
  const { library, tokenLabel } = softToken();
  const module = new pkcs11.PKCS11();
  module.load(library);
  const slot = module.C_GetSlotList(true).find((each) => module.C_GetTokenInfo(each).label.trim() === tokenLabel);
  assert.ok(slot);
  return { module, slot, session: module.C_OpenSession(slot, pkcs11.CKF_SERIAL_SESSION | pkcs11.CKF_RW_SESSION) };
}

function findKey(module: pkcs11.PKCS11, session: Handle, label: string): Handle | null {
  module.C_FindObjectsInit(session, [{ type: pkcs11.CKA_LABEL, value: label }]);
  const key = module.C_FindObjects(session);
  module.C_FindObjectsFinal(session);
  return key;
}

test('a root key never leaves the token, is there for whoever is logged in, and only encrypts and decrypts', async () => {
  const place = newTokenPlace();
  const store = await place.open();
  store.create(1);
  const { module, slot, session } = besides();
  const label = `${place.settings.label}-root-1`;
  const key = findKey(module, session, label);
  assert.ok(key);
  assert.throws(() => module.C_GetAttributeValue(session, key, [{ type: pkcs11.CKA_VALUE }]), {
    code: pkcs11.CKR_ATTRIBUTE_SENSITIVE,
  });
  const yes = ['TOKEN', 'PRIVATE', 'SENSITIVE', 'ALWAYS_SENSITIVE', 'NEVER_EXTRACTABLE', 'LOCAL', 'ENCRYPT', 'DECRYPT'];
  const no = ['EXTRACTABLE', 'WRAP', 'UNWRAP', 'SIGN', 'VERIFY', 'DERIVE'];
  for (const name of [...yes, ...no]) {
    const type = pkcs11[`CKA_${name}` as 'CKA_TOKEN'];
    const [attribute] = module.C_GetAttributeValue(session, key, [{ type }]);
    assert.deepEqual(attribute?.value, Buffer.from([yes.includes(name) ? 1 : 0]), name);
  }
  const [length] = module.C_GetAttributeValue(session, key, [{ type: pkcs11.CKA_VALUE_LEN }]);
  assert.ok(Buffer.isBuffer(length?.value));
  assert.equal(length.value.readUInt32LE(), 32);
  assert.throws(() => module.C_SetAttributeValue(session, key, [{ type: pkcs11.CKA_EXTRACTABLE, value: true }]));
  module.C_Logout(session);
  assert.equal(findKey(module, session, label), null);
  module.C_CloseAllSessions(slot);
});

test('keys of another label stay as they are', async () => {
  const place = newTokenPlace();
  const { label } = place.settings;
  const stores = await Promise.all(
    [label, `${label}-root`, `${label}-root-1`].map((each) => openIn(place.folder, { ...place.settings, label: each })),
  );
  for (const store of stores) store.create(1);
  for (const store of stores) assert.deepEqual(store.listGenerations(), [1]);
  stores[0]?.destroy(1);
  assert.deepEqual(
    stores.map((store) => store.listGenerations()),
    [[], [1], [1]],
  );
});

test('a store whose session ended, or was logged out, logs in again', async () => {
  const place = newTokenPlace();
  const store = await place.open();
  store.create(1);
  const wrapped = store.wrap(1, 'x', randomBytes(32));
  const { module, slot, session } = besides();
  module.C_Logout(session);
  assert.deepEqual(store.listGenerations(), [1]);
  module.C_CloseAllSessions(slot);
  assert.ok(store.findUnwrapped(1, 'x', wrapped));
});

test('a wrong PIN, an unknown token and an unknown library are refused, and nothing is changed', async () => {
  const place = newTokenPlace();
  const store = await place.open();
  store.create(1);
  const wrapped = store.wrap(1, 'x', randomBytes(32));
  // Elsewhere: a token takes the PIN of a process that is logged in already for given.
  const open = (change: object) =>
    place.callElsewhere([{ call: 'create', generation: 1 }], { settings: { ...place.settings, ...change } });
  await assert.rejects(open({ pin: '000000' }), /KeyringLockedError: the token "postern-test" refused the PIN/);
  await assert.rejects(open({ pin: '' }), /KeyringLockedError: the token "postern-test" refused the PIN/);
  await assert.rejects(open({ tokenLabel: 'no' }), /KeyringLockedError: there is no PKCS#11 token with the label "no"/);
  await assert.rejects(open({ library: '/no.so' }), /KeyringLockedError: the PKCS#11 library \/no\.so does not start/);
  const again = await place.open();
  assert.deepEqual(again.listGenerations(), [1]);
  assert.ok(again.findUnwrapped(1, 'x', wrapped));
});

test('a PIN that was refused is not tried again, because tokens lock themselves', async () => {
  const { pin } = softToken();
  const place = newTokenPlace();
  const store = await place.open();
  const { module, slot, session } = besides();
  module.C_SetPIN(session, pin, '999999');
  module.C_CloseAllSessions(slot);
  try {
    assert.throws(() => store.listGenerations(), locked(/refused the PIN/));
  } finally {
    const other = besides();
    module.C_Login(other.session, pkcs11.CKU_USER, '999999');
    module.C_SetPIN(other.session, '999999', pin);
    module.C_CloseAllSessions(slot);
  }
  assert.throws(() => store.listGenerations(), locked(/refused the PIN/));
  store.close();
  assert.deepEqual((await place.open()).listGenerations(), []);
});

test('two tokens of one label are refused: nobody could say which one holds the root key', async () => {
  const place = newTokenPlace();
  const { SOFTHSM2_CONF } = process.env;
  const twin = createSoftToken('twin');
  try {
    const init = ['--init-token', '--free', '--label', 'twin', '--pin', twin.pin, '--so-pin', twin.soPin];
    execFileSync('softhsm2-util', init, { stdio: 'pipe' });
    const settings = { ...place.settings, tokenLabel: 'twin' };
    // Elsewhere, because a library reads its settings once in a process.
    await assert.rejects(
      place.callElsewhere([{ call: 'listGenerations' }], { settings }),
      /2 PKCS#11 tokens have the label "twin"/,
    );
  } finally {
    process.env['SOFTHSM2_CONF'] = SOFTHSM2_CONF;
    twin.remove();
  }
});

test('without pkcs11js, the error says how to get it', async () => {
  const place = newTokenPlace();
  const hook = `import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      if (name === 'pkcs11js') throw Object.assign(new Error('none'), { code: 'ERR_MODULE_NOT_FOUND' });
      return next(name, context);
    } });`;
  const flags = ['--import', `data:text/javascript,${encodeURIComponent(hook)}`];
  await assert.rejects(
    place.callElsewhere([{ call: 'listGenerations' }], { flags }),
    /KeyringLockedError: .*run "npm install --include=optional"/,
  );
});

import { randomBytes } from 'node:crypto';
import type { Handle, Mechanism, PKCS11, Template } from 'pkcs11js';
import { KeyringLockedError } from '../errors.ts';
import { openTokenLibrary, type Pkcs11 } from './token-library.ts';
import { TokenSession } from './token-session.ts';
import type { RootBackend, RootSettings, RootStore } from './root-store.ts';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
/** CKR_AEAD_DECRYPT_FAILED of PKCS#11 v3.0, which pkcs11js does not name. */
const aeadDecryptFailed = 0x42;

/** What a key is used on: the library, a session that is logged in, and the library's constants. */
interface At {
  readonly module: PKCS11;
  readonly session: Handle;
  readonly pkcs11: Pkcs11;
}

/**
 * Root keys on a PKCS#11 token (v2.40): AES-256 keys `<label>-root-<generation>` that are made there and never leave it.
 * Every call looks for its key anew, because another process may have made or destroyed it.
 */
class TokenRoots implements RootStore {
  readonly backend: RootBackend = 'pkcs11';
  readonly #token: TokenSession;
  readonly #prefix: string;

  constructor(token: TokenSession, label: string) {
    this.#token = token;
    this.#prefix = `${label}-root-`;
  }

  listGenerations(): number[] {
    return this.#run((at) =>
      listKeys(at)
        .flatMap((key) => findLabel(at, key) ?? [])
        .filter((label) => label.startsWith(this.#prefix))
        .map((label) => label.slice(this.#prefix.length))
        .filter((number) => /^\d{1,10}$/.test(number))
        .map(Number)
        .sort((a, b) => a - b),
    );
  }

  create(generation: number): void {
    this.#run((at) => {
      this.#destroyAll(at, generation);
      const { module, session, pkcs11 } = at;
      const template = rootTemplate(pkcs11, this.#labelOf(generation));
      module.C_GenerateKey(session, { mechanism: pkcs11.CKM_AES_KEY_GEN }, template);
    });
  }

  destroy(generation: number): void {
    this.#run((at) => this.#destroyAll(at, generation));
  }

  wrap(generation: number, about: string, secret: Uint8Array): Buffer {
    return this.#run((at) => {
      const [key] = listKeys(at, this.#labelOf(generation));
      if (!key) throw new KeyringLockedError(`the root key of generation ${generation} is gone`);
      const nonce = randomBytes(nonceBytes);
      at.module.C_EncryptInit(at.session, gcm(at.pkcs11, nonce, about), key);
      const input = Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength);
      const sealed = at.module.C_Encrypt(at.session, input, Buffer.alloc(secret.byteLength + tagBytes));
      return Buffer.concat([nonce, sealed]);
    });
  }

  findUnwrapped(generation: number, about: string, wrapped: Uint8Array): Buffer | null {
    if (wrapped.length < nonceBytes + tagBytes) return null;
    return this.#run((at) => {
      const [key] = listKeys(at, this.#labelOf(generation));
      return key ? findDecrypted(at, key, { about, wrapped }) : null;
    });
  }

  close(): void {
    this.#token.close();
  }

  #destroyAll(at: At, generation: number): void {
    for (const key of listKeys(at, this.#labelOf(generation)))
      unlessGone(at, () => at.module.C_DestroyObject(at.session, key));
  }

  #labelOf(generation: number): string {
    return `${this.#prefix}${generation}`;
  }

  #run<T>(work: (at: At) => T): T {
    return this.#token.run((module, session, pkcs11) => work({ module, session, pkcs11 }));
  }
}

/**
 * Root keys on the token with this label. One token, or one label of keys, for one keyring: it destroys the root keys
 * that are not its own.
 * @throws KeyringLockedError when pkcs11js or the library does not load, the token is not there, or refuses the PIN
 */
export async function openTokenRoots(settings: Extract<RootSettings, { kind: 'pkcs11' }>): Promise<RootStore> {
  const token = new TokenSession(await openTokenLibrary(settings.library), settings);
  try {
    const roots = new TokenRoots(token, settings.label);
    roots.listGenerations();
    return roots;
  } catch (error) {
    token.close();
    throw error;
  }
}

/** A key that only encrypts and decrypts, only for who is logged in, and whose value nobody can read. */
function rootTemplate(pkcs11: Pkcs11, label: string): Template {
  const able = [pkcs11.CKA_ENCRYPT, pkcs11.CKA_DECRYPT];
  const unable = [pkcs11.CKA_WRAP, pkcs11.CKA_UNWRAP, pkcs11.CKA_SIGN, pkcs11.CKA_VERIFY, pkcs11.CKA_DERIVE];
  return [
    ...tokenKeys(pkcs11, label),
    { type: pkcs11.CKA_KEY_TYPE, value: pkcs11.CKK_AES },
    { type: pkcs11.CKA_VALUE_LEN, value: keyBytes },
    { type: pkcs11.CKA_PRIVATE, value: true },
    { type: pkcs11.CKA_SENSITIVE, value: true },
    { type: pkcs11.CKA_EXTRACTABLE, value: false },
    ...able.map((type) => ({ type, value: true })),
    ...unable.map((type) => ({ type, value: false })),
  ];
}

function tokenKeys(pkcs11: Pkcs11, label?: string): Template {
  return [
    { type: pkcs11.CKA_CLASS, value: pkcs11.CKO_SECRET_KEY },
    { type: pkcs11.CKA_TOKEN, value: true },
    ...(label === undefined ? [] : [{ type: pkcs11.CKA_LABEL, value: label }]),
  ];
}

function listKeys({ module, session, pkcs11 }: At, label?: string): Handle[] {
  const keys: Handle[] = [];
  module.C_FindObjectsInit(session, tokenKeys(pkcs11, label));
  try {
    for (let key = module.C_FindObjects(session); key; key = module.C_FindObjects(session)) keys.push(key);
  } finally {
    module.C_FindObjectsFinal(session);
  }
  return keys;
}

function findLabel(at: At, key: Handle): string | null {
  const attributes = unlessGone(at, () =>
    at.module.C_GetAttributeValue(at.session, key, [{ type: at.pkcs11.CKA_LABEL }]),
  );
  return attributes?.[0]?.value?.toString() ?? null;
}

/** CKM_AES_GCM; `about` is the additional authenticated data. */
function gcm(pkcs11: Pkcs11, nonce: Buffer, about: string): Mechanism {
  const aad = Buffer.from(about);
  const parameter = { type: pkcs11.CK_PARAMS_AES_GCM, iv: nonce, ivBits: nonceBytes * 8, aad, tagBits: tagBytes * 8 };
  return { mechanism: pkcs11.CKM_AES_GCM, parameter };
}

function findDecrypted(at: At, key: Handle, sealed: { about: string; wrapped: Uint8Array }): Buffer | null {
  const { module, session, pkcs11 } = at;
  const wrapped = Buffer.from(sealed.wrapped);
  const mechanism = gcm(pkcs11, wrapped.subarray(0, nonceBytes), sealed.about);
  const isThere = unlessGone(at, () => {
    module.C_DecryptInit(session, mechanism, key);
    return true;
  });
  if (!isThere) return null;
  // As long as the input: some libraries refuse a shorter one before they have looked at the tag.
  const space = Buffer.alloc(wrapped.length);
  try {
    return Buffer.from(module.C_Decrypt(session, wrapped.subarray(nonceBytes), space));
  } catch (error) {
    if (error instanceof pkcs11.Pkcs11Error && refusals(at).includes(error.code)) return null;
    throw error;
  } finally {
    space.fill(0);
  }
}

/**
 * What C_Decrypt answers to a tag that is not right. SoftHSM says CKR_GENERAL_ERROR, with which other tokens say that they
 * are broken: a root key that fails for a moment must not count as one that is gone.
 */
function refusals({ module, pkcs11 }: At): number[] {
  const isSoftHsm = module.C_GetInfo().manufacturerID.startsWith('SoftHSM');
  return [
    aeadDecryptFailed,
    pkcs11.CKR_ENCRYPTED_DATA_INVALID,
    pkcs11.CKR_ENCRYPTED_DATA_LEN_RANGE,
    ...(isSoftHsm ? [pkcs11.CKR_GENERAL_ERROR] : []),
  ];
}

/** Null when another process has destroyed the object since it was found. */
function unlessGone<T>({ pkcs11 }: At, work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    const gone = [pkcs11.CKR_OBJECT_HANDLE_INVALID, pkcs11.CKR_KEY_HANDLE_INVALID];
    if (error instanceof pkcs11.Pkcs11Error && gone.includes(error.code)) return null;
    throw error;
  }
}

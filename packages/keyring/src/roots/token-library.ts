import type pkcs11js from 'pkcs11js';
import { KeyringLockedError } from '../errors.ts';

export type Pkcs11 = typeof pkcs11js;

/** A loaded and initialized PKCS#11 library. All that use it in this process share it. */
export interface TokenLibrary {
  readonly pkcs11: Pkcs11;
  readonly module: pkcs11js.PKCS11;
  /** The last one to release it finalizes and unloads it. */
  release(): void;
}

/** A library is initialized once in a process (PKCS#11 v2.40, C_Initialize), so its users are counted, by its path. */
const inUse = new Map<string, { readonly module: pkcs11js.PKCS11; users: number }>();

/** @throws KeyringLockedError when pkcs11js is not installed, or the library does not load */
export async function openTokenLibrary(path: string): Promise<TokenLibrary> {
  const pkcs11 = await importPkcs11();
  const entry = inUse.get(path) ?? { module: initialize(pkcs11, path), users: 0 };
  inUse.set(path, entry);
  entry.users += 1;
  return { pkcs11, module: entry.module, release: releaseOnce(path) };
}

function releaseOnce(path: string): () => void {
  let isReleased = false;
  return () => {
    const entry = inUse.get(path);
    if (isReleased || !entry) return;
    isReleased = true;
    entry.users -= 1;
    if (entry.users > 0) return;
    inUse.delete(path);
    entry.module.C_Finalize();
    entry.module.close();
  };
}

function initialize(pkcs11: Pkcs11, path: string): pkcs11js.PKCS11 {
  const module = new pkcs11.PKCS11();
  try {
    module.load(path);
    module.C_Initialize();
    return module;
  } catch (cause) {
    throw new KeyringLockedError(`the PKCS#11 library ${path} does not start: ${(cause as Error).message}`, { cause });
  }
}

/** It is an optional dependency: whoever keeps the root key in a file needs no compiled module. */
async function importPkcs11(): Promise<Pkcs11> {
  try {
    return (await import('pkcs11js')).default;
  } catch (cause) {
    throw new KeyringLockedError(
      'a root key on a PKCS#11 token wants the module pkcs11js, which did not load; run "npm install --include=optional"',
      { cause },
    );
  }
}

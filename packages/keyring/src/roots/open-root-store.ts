import { FileRoots } from './file-roots.ts';
import { Passphrase } from './passphrase.ts';
import { openTokenRoots } from './token-roots.ts';
import type { RootSettings, RootStore } from './root-store.ts';

/** @throws KeyringLockedError when the token cannot be used, or the passphrase is empty */
export async function openRootStore(settings: RootSettings, keysFolder: string): Promise<RootStore> {
  if (settings.kind === 'pkcs11') return openTokenRoots(settings);
  const passphrase = settings.kind === 'passphrase' ? new Passphrase(settings.passphrase) : null;
  return new FileRoots(settings.folder ?? keysFolder, passphrase);
}

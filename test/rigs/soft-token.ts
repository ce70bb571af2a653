import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const libraries = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
];

/** A PKCS#11 token of SoftHSM's, in a folder of its own. */
export interface SoftToken {
  readonly library: string;
  readonly tokenLabel: string;
  readonly pin: string;
  /** The security officer's PIN, which can set another user PIN. */
  readonly soPin: string;
  remove(): void;
}

/**
 * Makes a token, and points SOFTHSM2_CONF of this process, and so of those that it starts, at it. Call it before the
 * library is opened; it reads that only once.
 * @throws Error when SoftHSM is not installed
 */
export function createSoftToken(tokenLabel = 'postern-test'): SoftToken {
  const library = libraries.find((path) => existsSync(path));
  if (!library) throw new Error('SoftHSM is not installed: apt-get install softhsm2, or brew install softhsm');
  const folder = mkdtempSync(join(tmpdir(), 'soft-token-'));
  mkdirSync(join(folder, 'tokens'));
  const settings = `directories.tokendir = ${join(folder, 'tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`;
  writeFileSync(join(folder, 'softhsm2.conf'), settings);
  process.env['SOFTHSM2_CONF'] = join(folder, 'softhsm2.conf');
  const [pin, soPin] = ['271828', '31415926'];
  const args = ['--init-token', '--free', '--label', tokenLabel, '--pin', pin, '--so-pin', soPin];
  execFileSync('softhsm2-util', args, { stdio: 'pipe' });
  return { library, tokenLabel, pin, soPin, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { encodeVerifierKey, type LogKey } from './checkpoint.ts';
import { findFile, writeDurably } from './durable-file.ts';

/** The key of the log in this folder: `log-key` (PKCS #8, 0600), and `log-key.pub` to check with. Null before it is made. */
export async function findLogKey(folder: string, origin: string): Promise<LogKey | null> {
  const pem = await findFile(join(folder, 'log-key'));
  if (!pem) return null;
  const privateKey = createPrivateKey(pem);
  return { privateKey, verifierKey: encodeVerifierKey(origin, privateKey) };
}

/** Makes the key of a new log. */
export async function makeLogKey(folder: string, origin: string): Promise<LogKey> {
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeDurably(join(folder, 'log-key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600);
  return { privateKey, verifierKey: encodeVerifierKey(origin, privateKey) };
}

/** The line that the checkpoints of the log in this folder are checked with; null when there is none. */
export async function findVerifierKey(folder: string): Promise<string | null> {
  return (await findFile(join(folder, 'log-key.pub')))?.toString('utf8').trim() ?? null;
}

export async function writeVerifierKey(folder: string, { verifierKey }: LogKey): Promise<void> {
  await writeDurably(join(folder, 'log-key.pub'), `${verifierKey}\n`);
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedServerError } from '../errors.ts';
import { canWrite, giveTo, type Account } from './account.ts';

/** The longest path of a unix socket, in bytes, that both Linux (107) and macOS (103) take. */
const maxSocketPathBytes = 103;
export const socketPort = 5432;

/** Makes a short folder for the socket that only the account (and root) can enter. */
export async function createSocketFolder(account: Account): Promise<string> {
  for (const parent of new Set([tmpdir(), '/tmp'])) {
    const folder = await mkdtemp(join(parent, 'postern-')).catch(() => null);
    if (folder === null) continue;
    await giveTo(account, folder);
    if (Buffer.byteLength(socketPath(folder)) <= maxSocketPathBytes && (await canWrite(account, folder))) return folder;
    await rm(folder, { recursive: true });
  }
  throw new EmbeddedServerError(`PostgreSQL can write its socket neither under ${tmpdir()} nor under /tmp`);
}

export function socketPath(folder: string): string {
  return join(folder, `.s.PGSQL.${socketPort}`);
}

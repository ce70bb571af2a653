import { mkdtempSync, rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { existsSync } from 'node:fs';
import { openDatabase, startEmbeddedServer } from '@postern/postgres';
import type { DataFolder } from '../instance/data-folder.ts';
import type { Finding } from './finding.ts';

const oldestNode = 24;
const leastFreeBytes = 1024 ** 3;

export function checkNode(version: string): Finding {
  const check = 'node';
  if (Number(version.split('.')[0]) >= oldestNode) return { check, ok: true, message: `Node ${version}` };
  const remedy = `Use Node ${oldestNode} or later; "npm ci" brings it, and npm's scripts use it.`;
  return { check, ok: false, message: `Node ${version} is too old.`, remedy };
}

/** Loads the native part of libsignal and makes a key with it. */
export async function checkSignal(): Promise<Finding> {
  const check = 'libsignal';
  try {
    const { generateDeviceKeys } = await import('@postern/signal');
    generateDeviceKeys();
    return { check, ok: true, message: `loads on ${process.platform} ${process.arch}` };
  } catch (error) {
    const remedy = 'Run "npm ci" on this machine: the library brings one binary per platform.';
    return { check, ok: false, message: `libsignal does not load: ${(error as Error).message}`, remedy };
  }
}

/** Starts a PostgreSQL of its own in a temporary folder, asks it something, and removes it. */
export async function checkPostgres(): Promise<Finding> {
  const check = 'postgresql';
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-doctor-'));
  try {
    const server = await startEmbeddedServer({ dataDir, logger: { info() {}, warn() {}, error() {} } });
    const db = openDatabase({ url: server.superuserUrl(), applicationName: 'postern-doctor', maxConnections: 1 });
    const [row] = await db.query<{ server_version: string }>('SHOW server_version');
    await db.close();
    await server.stop();
    return { check, ok: true, message: `PostgreSQL ${row?.server_version} starts` };
  } catch (error) {
    const remedy = 'Run "npm ci" on this machine, and see that its user may run programs from node_modules.';
    return { check, ok: false, message: `PostgreSQL does not start: ${(error as Error).message}`, remedy };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** How much room the disk of the data folder has. */
export async function checkDisk({ root }: DataFolder): Promise<Finding> {
  const check = 'disk';
  let place = root;
  while (!existsSync(place)) place = dirname(place);
  const { bavail, bsize } = await statfs(place);
  const gigabytes = ((bavail * bsize) / leastFreeBytes).toFixed(1);
  if (bavail * bsize >= leastFreeBytes) return { check, ok: true, message: `${gigabytes} GiB free` };
  return { check, ok: false, message: `only ${gigabytes} GiB free`, remedy: 'Make room: 1 GiB at least.' };
}

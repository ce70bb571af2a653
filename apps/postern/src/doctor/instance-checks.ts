import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { authorityFilesIn, serverFilesIn } from '../certificates/certificate-files.ts';
import type { DataFolder } from '../instance/data-folder.ts';
import { takeFolderLock } from '../instance/folder-lock.ts';
import { listTakenPorts, portsFrom } from '../instance/ports.ts';
import { findRunningInstance } from '../instance/previous-instance.ts';
import { systemUrls } from '../instance/system-configs.ts';
import type { Finding } from './finding.ts';

const healthTimeoutMs = 3_000;

/** Whether others could read what the data folder holds. */
export function checkModes(folder: DataFolder): Finding {
  const check = 'data folder';
  const { root } = folder;
  if (!existsSync(root)) return { check, ok: true, message: `${root} is made at the first start` };
  const open = listPrivatePlaces(folder).filter(({ path, mask }) => (statSync(path).mode & mask) !== 0);
  if (open.length === 0) return { check, ok: true, message: `${root} is for its owner alone` };
  const paths = open.map(({ path }) => path);
  const remedy = `Run: ${open.map(({ path, mode }) => `chmod ${mode} ${path}`).join('; ')}`;
  return { check, ok: false, message: `Others can read ${paths.join(', ')}.`, remedy };
}

interface PrivatePlace {
  path: string;
  /** Permission bits that it must not have. */
  mask: number;
  mode: string;
}

function listPrivatePlaces(folder: DataFolder): PrivatePlace[] {
  const configs = existsSync(folder.configDir)
    ? readdirSync(folder.configDir).map((name) => join(folder.configDir, name))
    : [];
  const keys = existsSync(folder.keyringDir)
    ? readdirSync(folder.keyringDir, { withFileTypes: true }).filter((entry) => entry.isFile())
    : [];
  const keyFiles = keys.map(({ name }) => join(folder.keyringDir, name));
  const certificateKeys = [authorityFilesIn(folder.certificatesDir).key, serverFilesIn(folder.certificatesDir).key];
  const files = [folder.secretsFile, folder.sandboxFile, ...certificateKeys, ...keyFiles, ...configs];
  return [
    { path: folder.root, mask: 0o077, mode: '700' },
    ...files.filter((path) => existsSync(path)).map((path) => ({ path, mask: 0o177, mode: '600' })),
  ];
}

/** Whether an instance runs on the data folder. It is the lock that tells, not a file with a process id. */
export function isRunning({ root, lockFile }: DataFolder): boolean {
  if (!existsSync(root) || !existsSync(lockFile)) return false;
  const lock = takeFolderLock(lockFile);
  lock?.release();
  return lock === null;
}

export function describeLock(running: boolean): Finding {
  return {
    check: 'lock',
    ok: true,
    message: running ? 'an instance runs on this data folder' : 'no instance runs here',
  };
}

/** Whether the ports of an instance that is to be started are free. */
export async function checkPorts(first: number): Promise<Finding> {
  const check = 'ports';
  if (first === 0) return { check, ok: true, message: 'free ones are chosen at the start' };
  const ports = portsFrom(first);
  const taken = await listTakenPorts(ports);
  if (taken.length === 0) return { check, ok: true, message: `${first} to ${ports.sandbox} are free` };
  const remedy = 'Stop the program that has them, or start with --port N or --port 0.';
  return { check, ok: false, message: `Taken by another program: ${taken.join(', ')}.`, remedy };
}

/** Whether each system of the instance that runs answers. */
export async function checkHealth({ instanceFile }: DataFolder): Promise<Finding[]> {
  const running = findRunningInstance(instanceFile);
  if (!running) return [{ check: 'systems', ok: true, message: 'the instance is still starting' }];
  return Promise.all(Object.entries(systemUrls(running.ports)).map(([system, url]) => checkSystem(system, url)));
}

async function checkSystem(system: string, url: string): Promise<Finding> {
  const check = `system ${system}`;
  const remedy = 'The supervisor starts it again by itself; its log in the data folder says why it ended.';
  try {
    const { status } = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(healthTimeoutMs) });
    if (status === 200) return { check, ok: true, message: `${url} answers` };
    return { check, ok: false, message: `${url} answered ${status}.`, remedy };
  } catch {
    return { check, ok: false, message: `${url} does not answer.`, remedy };
  }
}

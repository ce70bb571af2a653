import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedServerError } from '../errors.ts';
import { giveTo, runAs } from './account.ts';
import type { Binaries } from './binaries.ts';
import type { ClusterHome } from './cluster-home.ts';
import { createFile, findText, hasCode, syncFolder } from './durable-file.ts';

export const superuser = 'postgres';

/** Says that the data folder's cluster was complete once; written last. */
const madeFile = 'cluster-made';
const draftPrefix = 'cluster.new-';

/** The superuser's password, made at the first start and kept in the data folder. */
export async function superuserPassword(dataDir: string): Promise<string> {
  return await createFile(join(dataDir, 'superuser'), randomBytes(24).toString('base64url'), 0o600);
}

export interface ClusterOptions {
  dataDir: string;
  password: string;
  syncToDisk: boolean;
}

/**
 * Makes the cluster unless there is one. It is made under another name and renamed when it is complete, so that an
 * interrupted initdb leaves no cluster; what it left is removed.
 * @throws EmbeddedServerError when initdb fails, the cluster is of another major version, or it was there and is gone
 */
export async function ensureCluster(home: ClusterHome, binaries: Binaries, options: ClusterOptions): Promise<void> {
  await removeDrafts(home.folder);
  const version = (await findText(join(home.cluster, 'PG_VERSION')))?.trim() ?? null;
  const made = join(options.dataDir, madeFile);
  if (version === null && (await findText(made)) !== null) {
    throw new EmbeddedServerError(`${home.cluster} is gone: restore it, or remove ${made} to begin with an empty one`);
  }
  if (version === null) await createCluster(home, binaries, options);
  else if (version !== binaries.majorVersion) throw versionError(home.cluster, version, binaries.majorVersion);
  await createFile(made, '', 0o600);
}

function versionError(cluster: string, version: string, programs: string): EmbeddedServerError {
  const advice = 'dump it with the old version and restore it with the new one';
  return new EmbeddedServerError(`${cluster} is of PostgreSQL ${version}, the programs are of ${programs}: ${advice}`);
}

async function createCluster(home: ClusterHome, binaries: Binaries, options: ClusterOptions): Promise<void> {
  const { password, syncToDisk } = options;
  const draft = await mkdtemp(join(home.folder, draftPrefix));
  const cluster = join(draft, 'cluster');
  const passwordFile = join(draft, 'password');
  await mkdir(cluster, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' });
  for (const path of [passwordFile, cluster, draft]) await giveTo(home.account, path);
  try {
    await runAs(home.account, binaries.initdb, initdbArguments({ cluster, passwordFile, syncToDisk }));
    await rename(cluster, home.cluster);
    if (syncToDisk) await syncFolder(home.folder);
  } catch (error) {
    if (!hasCode(error, 'EEXIST', 'ENOTEMPTY')) throw initdbError(error);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function initdbArguments(options: { cluster: string; passwordFile: string; syncToDisk: boolean }): string[] {
  const folders = ['-D', options.cluster, '-U', superuser, `--pwfile=${options.passwordFile}`];
  const access = ['--auth-local=scram-sha-256', '--auth-host=scram-sha-256', '--no-instructions'];
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  return [...folders, ...access, ...locale, ...(options.syncToDisk ? [] : ['--no-sync'])];
}

function initdbError(cause: unknown): EmbeddedServerError {
  const printed = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
  return new EmbeddedServerError(`initdb failed: ${printed}`, { cause });
}

async function removeDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(draftPrefix)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

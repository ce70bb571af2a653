import { execFile, type SpawnOptions } from 'node:child_process';
import { chown } from 'node:fs/promises';
import { promisify } from 'node:util';
import { EmbeddedServerError } from '../errors.ts';

const run = promisify(execFile);

/** The user that PostgreSQL runs as; null stands for our own. */
export type Account = { readonly uid: number; readonly gid: number } | null;

/** A command's time limit, in milliseconds: initdb takes about a second, a busy or slow machine longer. */
const commandTimeoutMs = 120_000;

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The unprivileged user that every Unix has. @throws EmbeddedServerError where it is missing */
export async function findNobody(): Promise<Account> {
  try {
    const [user, group] = await Promise.all([run('id', ['-u', 'nobody']), run('id', ['-g', 'nobody'])]);
    return { uid: Number(user.stdout), gid: Number(group.stdout) };
  } catch (cause) {
    throw new EmbeddedServerError('PostgreSQL refuses to run as root, and this machine has no user "nobody"', {
      cause,
    });
  }
}

/** How to spawn as the account: from `/`, which everyone may enter, and without what our environment says to PostgreSQL. */
export function spawnOptions(account: Account): SpawnOptions {
  return { cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }, ...account };
}

/** Runs a command as the account and gives what it printed. Throws what `execFile` throws. */
export async function runAs(account: Account, command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(command, args, { ...spawnOptions(account), timeout: commandTimeoutMs } as object);
  return stdout;
}

/** Whether the account can really enter and write this folder. */
export async function canWrite(account: Account, folder: string): Promise<boolean> {
  return await runAs(account, '/bin/sh', ['-c', 'test -x "$0" && test -w "$0"', folder]).then(
    () => true,
    () => false,
  );
}

/** Hands a path of ours to the account. */
export async function giveTo(account: Account, path: string): Promise<void> {
  if (account !== null) await chown(path, account.uid, account.gid);
}

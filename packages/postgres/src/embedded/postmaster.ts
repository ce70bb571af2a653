import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedServerError } from '../errors.ts';
import { spawnOptions } from './account.ts';
import type { ClusterHome } from './cluster-home.ts';
import { findText } from './durable-file.ts';
import { programSetting, stopProcess } from './running-postmaster.ts';
import { keepServerLog } from './server-log.ts';
import { settingsFile } from './settings.ts';

/** Long, because recovery after a crash may replay as much WAL as `max_wal_size` allows. */
const startTimeoutMs = 120_000;
const pollMs = 10;
/** After a crash the old server's last processes may hold the shared memory for a moment. */
const maxAttemptsAfterCrash = 50;
const retryMs = 100;

export interface Launch {
  home: ClusterHome;
  postgres: string;
  socketDir: string;
  logFile: string;
  /** To find out when the server takes connections. */
  superuserUrl: string;
}

export interface Postmaster {
  pid: number;
  process: ChildProcess;
  /** Resolves when the process has ended, for whatever reason. */
  exited: Promise<void>;
}

/** Starts the server and waits until it takes connections. @throws EmbeddedServerError when it does not */
export async function startPostmaster(launch: Launch): Promise<Postmaster> {
  const crashed = (await findText(join(launch.home.cluster, 'postmaster.pid'))) !== null;
  const maxAttempts = crashed ? maxAttemptsAfterCrash : 1;
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const postmaster = launchPostmaster(launch);
    if (await becomesReady(postmaster, launch.superuserUrl)) return postmaster;
    await delay(retryMs);
  }
  throw await startError(launch);
}

export function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** In a process group of its own, so that Ctrl-C in a terminal reaches our program alone, which then stops the server. */
function launchPostmaster({ home, postgres, socketDir, logFile }: Launch): Postmaster {
  const settings = [
    `config_file=${settingsFile(home)}`,
    `unix_socket_directories="${socketDir}"`,
    programSetting(process.pid),
  ];
  const child = spawn(postgres, ['-D', home.cluster, ...settings.flatMap((setting) => ['-c', setting])], {
    ...spawnOptions(home.account),
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.on('error', () => {});
  const { pid, stderr } = child;
  if (pid === undefined || stderr === null) throw new EmbeddedServerError(`${postgres} cannot be run`);
  return { pid, process: child, exited: untilEnded(child, keepServerLog(stderr, logFile)) };
}

async function untilEnded(child: ChildProcess, logKept: Promise<void>): Promise<void> {
  await once(child, 'exit');
  await logKept;
}

/** True when the server takes connections, false when it has ended. It is stopped when it does neither. */
async function becomesReady(postmaster: Postmaster, url: string): Promise<boolean> {
  const limit = AbortSignal.timeout(startTimeoutMs);
  try {
    while (!hasEnded(postmaster.process)) {
      if (await takesConnections(url)) return true;
      if (limit.aborted) throw new EmbeddedServerError(`PostgreSQL did not answer within ${startTimeoutMs} ms`);
      await delay(pollMs);
    }
  } catch (error) {
    await stopProcess(postmaster.pid, () => hasEnded(postmaster.process));
    throw error;
  }
  await postmaster.exited;
  return false;
}

/** @throws EmbeddedServerError when the server answers, but refuses the superuser */
async function takesConnections(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: startTimeoutMs });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code !== '57P03') {
      throw new EmbeddedServerError(
        `the database superuser is refused (${error.code}): is the file "superuser" its own?`,
      );
    }
    return false;
  } finally {
    await client.end();
  }
}

async function startError({ logFile }: Launch): Promise<EmbeddedServerError> {
  const lastLine = (await readFile(logFile, 'utf8').catch(() => '')).trimEnd().split('\n').at(-1);
  return new EmbeddedServerError(`PostgreSQL ended at once; ${logFile} says: ${lastLine}`);
}

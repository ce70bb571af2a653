import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DataFolderInUseError, EmbeddedServerError } from '../errors.ts';
import { runAs } from './account.ts';
import { findText } from './durable-file.ts';

const fastShutdownMs = 10_000;
const immediateShutdownMs = 5_000;
const killMs = 5_000;
const pollMs = 10;

interface RunningPostmaster {
  pid: number;
  /** The program that started it is gone. */
  isOrphan: boolean;
}

interface ProcessFacts {
  parentPid: number;
  command: string;
}

/** The postmaster's command line says which program started it, so that an orphan is known by its new parent. */
export function programSetting(programPid: number): string {
  return `postern.program=${programPid}`;
}

/**
 * Makes sure that no postmaster runs on the cluster: one whose program died is stopped.
 * @throws DataFolderInUseError when its program is alive
 */
export async function clearPostmaster(cluster: string): Promise<void> {
  const running = await findPostmaster(cluster);
  if (running === null) return await dropForeignPid(cluster);
  if (!running.isOrphan) throw new DataFolderInUseError(`another program runs the database in ${cluster}`);
  const isGone = async () => !(await isOurs(running.pid, cluster));
  await stopProcess(running.pid, isGone);
}

/** The postmaster of this cluster, when it is alive. */
export async function findPostmaster(cluster: string): Promise<RunningPostmaster | null> {
  const pid = await readPid(cluster);
  if (pid === null) return null;
  const facts = await findProcess(pid);
  if (facts === null || !serves(facts, cluster)) return null;
  return { pid, isOrphan: !facts.command.includes(`${programSetting(facts.parentPid)} `) };
}

/** Fast shutdown (SIGINT), then immediate (SIGQUIT: recovery at the next start), then SIGKILL; each with a limit. */
export async function stopProcess(pid: number, isGone: () => boolean | Promise<boolean>): Promise<void> {
  const steps = [
    ['SIGINT', fastShutdownMs],
    ['SIGQUIT', immediateShutdownMs],
    ['SIGKILL', killMs],
  ] as const;
  for (const [signal, limitMs] of steps) {
    sendSignal(pid, signal);
    if (await becomes(isGone, limitMs)) return;
  }
  throw new EmbeddedServerError(`the PostgreSQL process ${pid} cannot be stopped`);
}

/** A signal to a process that has just gone does nothing. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already; whoever waits for that sees it.
  }
}

async function becomes(isGone: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  const limit = AbortSignal.timeout(limitMs);
  while (!(await isGone())) {
    if (limit.aborted) return false;
    await delay(pollMs);
  }
  return true;
}

/**
 * A pid file that names a living process which is not our postmaster: the number was given away again, and PostgreSQL,
 * which looks no closer, would refuse to start. A file that names a dead process stays: PostgreSQL checks its shared memory.
 */
async function dropForeignPid(cluster: string): Promise<void> {
  const pid = await readPid(cluster);
  if (pid === null || (await findProcess(pid)) === null) return;
  await rm(join(cluster, 'postmaster.pid'), { force: true });
}

async function readPid(cluster: string): Promise<number | null> {
  const text = await findText(join(cluster, 'postmaster.pid'));
  const pid = Number.parseInt(text ?? '', 10);
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}

async function isOurs(pid: number, cluster: string): Promise<boolean> {
  const facts = await findProcess(pid);
  return facts !== null && serves(facts, cluster);
}

function serves({ command }: ProcessFacts, cluster: string): boolean {
  return command.includes(` -D ${cluster} `);
}

/** Parent and command line (words joined by blanks, one at the end); null for a process that is gone or a zombie. */
async function findProcess(pid: number): Promise<ProcessFacts | null> {
  try {
    return process.platform === 'linux' ? await readProcess(pid) : await askPs(pid);
  } catch {
    return null;
  }
}

async function readProcess(pid: number): Promise<ProcessFacts | null> {
  const [status, command] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8'),
    readFile(`/proc/${pid}/cmdline`, 'utf8'),
  ]);
  const parentPid = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]);
  return /^State:\s*[ZX]/m.test(status) ? null : { parentPid, command: command.replaceAll('\0', ' ') };
}

async function askPs(pid: number): Promise<ProcessFacts | null> {
  const printed = await runAs(null, 'ps', ['-ww', '-o', 'ppid=,stat=,command=', '-p', String(pid)]);
  const [, parent, state, command] = /^\s*(\d+)\s+(\S+)\s+(.*)$/m.exec(printed) ?? [];
  if (parent === undefined || state?.startsWith('Z') === true) return null;
  return { parentPid: Number(parent), command: `${command ?? ''} ` };
}

import { setTimeout as delay } from 'node:timers/promises';
import type { LoadRun } from './load.ts';
import { listProcessMemory } from './process-memory.ts';

/** How a backlog drained. */
export interface BacklogFigures {
  readonly messages: number;
  readonly acceptedPerSecond: number;
  readonly drainedPerSecond: number;
  /** Per process: memory when the backlog stood, and the most that was seen while it drained. */
  readonly memory: readonly { readonly name: string; readonly pssMbBefore: number; readonly pssMbMost: number }[];
}

const sampleMs = 250;
const drainLimitMs = 300_000;

/** Stops the worker, has so many messages accepted, lets it go on, and watches memory until all have arrived. */
export async function measureBacklog(
  run: LoadRun,
  options: { messages: number; rootPid: number; onProgress: (share: number) => void },
): Promise<BacklogFigures> {
  const { messages, rootPid, onProgress } = options;
  const worker = listProcessMemory(rootPid).find(({ name }) => name === 'cloud-api-worker');
  if (!worker) throw new Error('The backlog can only be measured where /proc tells of processes.');
  await run.settle();
  process.kill(worker.pid, 'SIGSTOP');
  const acceptStart = performance.now();
  await run.postBacklog(messages);
  const acceptSeconds = (performance.now() - acceptStart) / 1_000;
  const before = listProcessMemory(rootPid);
  const most = new Map(before.map(({ name, pssMb }) => [name, pssMb]));
  const drainStart = performance.now();
  process.kill(worker.pid, 'SIGCONT');
  while (run.underWay > 0) {
    if (performance.now() - drainStart > drainLimitMs) throw new Error('The backlog did not drain in time.');
    await delay(sampleMs);
    onProgress(1 - run.underWay / messages);
    for (const { name, pssMb } of listProcessMemory(rootPid)) most.set(name, Math.max(pssMb, most.get(name) ?? 0));
  }
  const drainSeconds = (performance.now() - drainStart) / 1_000;
  return {
    messages,
    acceptedPerSecond: Math.round(messages / acceptSeconds),
    drainedPerSecond: Math.round(messages / drainSeconds),
    memory: before.map(({ name, pssMb }) => ({ name, pssMbBefore: pssMb, pssMbMost: most.get(name) ?? pssMb })),
  };
}

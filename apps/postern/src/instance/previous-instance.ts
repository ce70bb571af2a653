import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { limits } from '@postern/protocol';
import { listTakenPorts, type Ports } from './ports.ts';

const pollMs = 50;

/** What is written down of the instance that runs, and removed when it stops. */
export interface RunningInstance {
  readonly pid: number;
  readonly ports: Ports;
}

/** The instance that runs on a data folder, or ran there and was killed; null after a soft stop. */
export function findRunningInstance(instanceFile: string): RunningInstance | null {
  try {
    return JSON.parse(readFileSync(instanceFile, 'utf8')) as RunningInstance;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Waits for the systems of an instance whose supervisor was killed: they stop by themselves, which takes a moment, and
 * must not work on the same files as those that are started now.
 */
export async function untilPreviousIsGone(instanceFile: string): Promise<void> {
  const previous = findRunningInstance(instanceFile);
  if (!previous) return;
  const limit = AbortSignal.timeout(limits.systemStopTimeoutMs);
  while (!limit.aborted && (await listTakenPorts(previous.ports)).length > 0) await delay(pollMs);
}

import { setTimeout as delay } from 'node:timers/promises';
import { DemoFailedError } from './demo-failed-error.ts';

const limitMs = 8_000;
const pollMs = 20;

/** Looks again and again until something is found. @throws DemoFailedError that names what did not happen in time */
export async function until<Found>(what: string, look: () => Promise<Found | null> | Found | null): Promise<Found> {
  const limit = AbortSignal.timeout(limitMs);
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (limit.aborted) throw new DemoFailedError(`Within ${limitMs / 1000} s it did not happen that ${what}.`);
    await delay(pollMs);
  }
}

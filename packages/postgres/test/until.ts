import { setTimeout as delay } from 'node:timers/promises';

/** Resolves when the condition holds; fails after ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const limit = AbortSignal.timeout(10_000);
  while (!(await condition())) {
    if (limit.aborted) throw new Error('the condition never came true');
    await delay(5);
  }
}

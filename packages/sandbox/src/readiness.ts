import { setTimeout as delay } from 'node:timers/promises';
import { limits } from '@postern/protocol';

const pollMs = 50;

/** The systems that this one needs did not come up. */
export class NotReachableError extends Error {
  override readonly name = 'NotReachableError';
  readonly retryable = true;
}

/** Waits until each URL answers over HTTP, whatever it answers. @throws NotReachableError after a minute */
export async function untilReachable(urls: readonly string[]): Promise<void> {
  const limit = AbortSignal.timeout(limits.sandboxStartTimeoutMs);
  await Promise.all(urls.map((url) => untilOneIsReachable(url, limit)));
}

async function untilOneIsReachable(url: string, limit: AbortSignal): Promise<void> {
  while (!limit.aborted) {
    const isUp = await fetch(`${url}/healthz`).then(
      (response) => response.arrayBuffer().then(() => true),
      () => false,
    );
    if (isUp) return;
    await delay(pollMs);
  }
  throw new NotReachableError(`${url} does not answer.`);
}

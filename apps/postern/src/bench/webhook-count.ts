import type { InstanceEvent } from '../supervisor/instance.ts';

/** Webhooks as the sandbox's receiver got them. */
interface WebhookCount {
  /** What was told: one for each status of each message. */
  readonly updates: number;
  /** Requests that told it, each signed. */
  readonly requests: number;
}

interface WebhookBody {
  readonly entry?: readonly { readonly changes?: readonly { readonly value?: { readonly statuses?: unknown[] } }[] }[];
}

/** Counts the webhooks that arrive, and insists on their signatures. */
export class WebhookCounter {
  #updates = 0;
  #requests = 0;

  get count(): WebhookCount {
    return { updates: this.#updates, requests: this.#requests };
  }

  note(event: InstanceEvent): void {
    if (event.event !== 'webhook') return;
    if (event.signature !== 'valid') throw new Error('A webhook of the benchmark was wrongly signed.');
    const { entry = [] } = event.body as WebhookBody;
    this.#requests += 1;
    for (const { changes = [] } of entry)
      for (const { value } of changes) this.#updates += value?.statuses?.length ?? 0;
  }
}

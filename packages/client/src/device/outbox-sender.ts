import { limits, type EnvelopeId } from '@postern/protocol';
import type { ClientLog } from '../client-log.ts';
import type { Attachment, EnvelopeRejection } from '../connection/attachment.ts';
import { Backoff } from '../connection/backoff.ts';
import { TransportRefusedError, TransportUnavailableError } from '../errors.ts';
import type { DeviceName } from '@postern/signal';
import { parseEnvelopeId } from './envelope-id.ts';
import type { DeviceStore, EncryptedItem, FailedItem, OutboxId } from './device-store.ts';

interface SenderOptions {
  readonly store: DeviceStore;
  readonly attachment: Attachment;
  readonly log: ClientLog;
  /** There is room again. */
  readonly onProgress: () => void;
  /** These devices do not exist any more. */
  readonly onGone: (devices: readonly DeviceName[]) => void;
  readonly onCommitted?: () => void;
}

const mailboxFull = { code: 'MAILBOX_FULL', message: 'A mailbox is full.', retryable: true, retryAfterMs: 0 } as const;

const maxItems = limits.maxMessagesPerPumpBatch * limits.maxPumpBatchesInFlight;

/**
 * Sends what is encrypted and committed, in order: the same bytes again and again until the transport holds
 * them. Bounded: the device encrypts nothing more while {@link OutboxSender.hasRoom} is false.
 */
export class OutboxSender {
  readonly #options: SenderOptions;
  readonly #backoff = new Backoff({ minMs: limits.reconnectMinMs, maxMs: limits.reconnectMaxMs });
  #items: EncryptedItem[] = [];
  #mayHaveMore = false;
  #isDraining = false;
  #drained: Promise<void> = Promise.resolve();
  #inFlight: { batch: readonly EncryptedItem[]; done: Promise<unknown> } | null = null;
  #stopped = false;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  get hasRoom(): boolean {
    return this.#items.length < maxItems && !this.#mayHaveMore;
  }

  /** Takes items just committed, in order. */
  add(items: readonly EncryptedItem[]): void {
    this.#items.push(...items);
    this.resume();
  }

  /** Reads from the store what is committed and not in memory: after a start, a failure, or a reply queued by receiving. */
  async reload(): Promise<void> {
    const known = new Set(this.#items.map(({ outboxId }) => outboxId));
    const stored = await this.#options.store.loadEncrypted(0, maxItems);
    this.#mayHaveMore = stored.length === maxItems;
    this.#items.push(...stored.filter(({ outboxId }) => !known.has(outboxId)));
    this.#items.sort((one, other) => one.outboxId - other.outboxId);
    this.resume();
  }

  /** Goes on, if there is something to send and somewhere to send it. */
  resume(): void {
    if (!this.#isDraining && this.#maySend) this.#drained = this.#drain();
  }

  /**
   * Marks those of these envelopes as sent that are not: a notice about an envelope proves that the transport had it,
   * also when its answer was lost. Those being sent at this moment are waited for.
   */
  async settle(noticed: readonly EnvelopeId[]): Promise<void> {
    const ids = new Set(noticed);
    const isNoticed = ({ envelopes }: EncryptedItem) => envelopes.some(({ envelopeId }) => ids.has(envelopeId));
    if (this.#inFlight?.batch.some(isNoticed)) await this.#inFlight.done;
    const had = this.#items.filter(isNoticed).map(({ outboxId }) => outboxId);
    await this.#markSent(had, []);
  }

  /** Waits for the batch under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#drained;
  }

  async #drain(): Promise<void> {
    const { log, onProgress } = this.#options;
    this.#isDraining = true;
    while (this.#maySend) {
      try {
        if (this.#items.length > 0) await this.#sendSome();
        else await this.reload();
        this.#backoff.reset();
        onProgress();
      } catch (error) {
        if (error instanceof TransportUnavailableError) break;
        if (!(error instanceof TransportRefusedError))
          log.warn({ err: error }, 'a batch was sent, but this could not be stored yet');
        await new Promise((resolve) => setTimeout(resolve, this.#backoff.next()));
      }
    }
    // In one turn with the last look at what is to be sent: whoever adds something after that starts a new drain.
    this.#isDraining = false;
  }

  get #maySend(): boolean {
    return (this.#items.length > 0 || this.#mayHaveMore) && this.#options.attachment.isAttached && !this.#stopped;
  }

  async #sendSome(): Promise<void> {
    const batch = this.#nextBatch();
    const sending = this.#send(batch);
    this.#inFlight = { batch, done: sending.catch(() => undefined) };
    await sending;
  }

  async #send(batch: readonly EncryptedItem[]): Promise<void> {
    // crash point: send.before-transport
    const rejections = await this.#options.attachment.sendBatch(batch.flatMap(({ envelopes }) => envelopes));
    // crash point: send.stored-by-transport
    const { sent, failed, waiting, gone } = sortOut(batch, rejections);
    this.#options.onGone(gone);
    await this.#markSent(sent, failed);
    // crash point: send.marked-sent
    this.#options.onCommitted?.();
    if (waiting) throw new TransportRefusedError(mailboxFull);
  }

  async #markSent(sent: readonly OutboxId[], failed: readonly FailedItem[]): Promise<void> {
    if (sent.length + failed.length === 0) return;
    await this.#options.store.commitSent(sent, failed);
    const done = new Set([...sent, ...failed.map(({ outboxId }) => outboxId)]);
    this.#items = this.#items.filter(({ outboxId }) => !done.has(outboxId));
  }

  /** As many items as one frame takes. */
  #nextBatch(): EncryptedItem[] {
    const batch: EncryptedItem[] = [];
    let [envelopes, bytes] = [0, 0];
    for (const item of this.#items) {
      envelopes += item.envelopes.length;
      bytes += item.envelopes.reduce(
        (sum, { ciphertext }) => sum + ciphertext.length + limits.envelopeOverheadBytes,
        0,
      );
      const isFull = envelopes > limits.maxEnvelopesPerBatch || bytes > limits.maxFrameBytes / 2;
      if (isFull && batch.length > 0) break;
      batch.push(item);
    }
    return batch;
  }
}

interface Outcomes {
  readonly sent: number[];
  readonly failed: FailedItem[];
  readonly gone: DeviceName[];
  readonly waiting: boolean;
}

/** An item is sent when one of its devices has it; it has failed when none can have it; else it waits. */
function sortOut(batch: readonly EncryptedItem[], rejections: readonly EnvelopeRejection[]): Outcomes {
  const reasons = new Map(rejections.map(({ envelopeId, reason }) => [envelopeId, reason]));
  const [sent, failed, gone]: [number[], FailedItem[], DeviceName[]] = [[], [], []];
  let waiting = false;
  for (const { outboxId, envelopes } of batch) {
    const outcomes = envelopes.map(({ envelopeId }) => reasons.get(envelopeId) ?? 'stored');
    gone.push(
      ...envelopes.filter((_, index) => outcomes[index] === 'unknown-device').map(({ recipient }) => recipient),
    );
    if (outcomes.includes('mailbox-full')) waiting = true;
    else if (outcomes.includes('stored')) sent.push(outboxId);
    else failed.push({ outboxId, messageId: messageIdOf(envelopes), failure: 'recipient-gone' });
  }
  return { sent, failed, gone, waiting };
}

function messageIdOf(envelopes: EncryptedItem['envelopes']): FailedItem['messageId'] {
  const [first] = envelopes;
  return (first && parseEnvelopeId(first.envelopeId)?.messageId) ?? null;
}

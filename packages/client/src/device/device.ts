import { setTimeout as delay } from 'node:timers/promises';
import {
  envelopeIdFromBytes,
  limits,
  type Clock,
  type Delivery,
  type EnvelopeId,
  type PrekeyCounts,
} from '@postern/protocol';
import { PeerCache, type LocalDevice } from '@postern/signal';
import type { ClientLog } from '../client-log.ts';
import type { Attachment, DeviceCredential } from '../connection/attachment.ts';
import { Backoff } from '../connection/backoff.ts';
import type { TransportConnection } from '../connection/transport-connection.ts';
import { FencedError, TransportRefusedError, TransportUnavailableError } from '../errors.ts';
import type { DeviceStore } from './device-store.ts';
import { encryptBatch } from './encrypt-batch.ts';
import { OutboxSender } from './outbox-sender.ts';
import { PrekeyUpkeep } from './prekey-upkeep.ts';
import { receiveBatch } from './receive-batch.ts';
import { RecipientDirectory } from './recipient-directory.ts';

/** What a device needs to live. */
export interface DeviceOptions {
  readonly local: LocalDevice;
  readonly credential: DeviceCredential;
  readonly store: DeviceStore;
  readonly connection: TransportConnection;
  readonly clock: Clock;
  readonly log: ClientLog;
  /** Called after each commit that may concern somebody: messages came, states changed. */
  readonly onCommitted?: () => void;
  /** The device stopped by itself: replaced, refused or fenced. */
  readonly onStopped?: (reason: 'replaced' | 'refused' | 'fenced') => void;
}

/**
 * One device of one account, live: it encrypts what the store has queued, sends it, receives, and keeps its
 * prekeys up. One loop does one batch at a time, encrypting and decrypting by turns, because two operations on
 * one session at once corrupt it. Sending overlaps with the next batch; nothing is sent before its commit.
 */
export class Device {
  readonly #options: DeviceOptions;
  readonly #cache: PeerCache;
  readonly #attachment: Attachment;
  readonly #directory: RecipientDirectory;
  readonly #sender: OutboxSender;
  readonly #prekeys: PrekeyUpkeep;
  readonly #backoff = new Backoff({ minMs: limits.reconnectMinMs, maxMs: limits.reconnectMaxMs });
  #inbound: Delivery[] = [];
  readonly #stopping = new AbortController();
  #mayHaveQueued = true;
  #receivedLast = false;
  #isDoubtful = true;
  #stopped = false;
  #wake: () => void = () => undefined;
  readonly #loop: Promise<void>;
  readonly #upkeepTimer: NodeJS.Timeout;

  constructor(options: DeviceOptions) {
    this.#options = options;
    const { store, connection, credential, local, clock } = options;
    this.#cache = new PeerCache(store, limits.maxCachedSessions);
    this.#attachment = connection.attach(credential, {
      onAttached: () => this.#onAttached(),
      onDeliveries: (deliveries) => this.#onDeliveries(deliveries),
      onPrekeyCounts: (counts) => this.#onPrekeyCounts(counts),
      onReplaced: () => this.#end('replaced'),
      onRefused: () => this.#end('refused'),
    });
    this.#directory = new RecipientDirectory(this.#attachment);
    this.#sender = new OutboxSender({
      ...options,
      attachment: this.#attachment,
      onProgress: () => this.#notify(),
      onGone: (devices) => this.#directory.forget(devices),
    });
    this.#prekeys = new PrekeyUpkeep({ store, keys: local.keys, attachment: this.#attachment, clock });
    this.#upkeepTimer = setInterval(() => {
      this.#prekeys.noteTime();
      this.#notify();
    }, limits.prekeyUpkeepIntervalMs).unref();
    this.#loop = this.#run();
  }

  /** The store has something new to send. */
  wake(): void {
    this.#mayHaveQueued = true;
    this.#notify();
  }

  /** Stops after the batch under way; what is unfinished is taken up at the next start. */
  async stop(): Promise<void> {
    this.#halt();
    await this.#loop;
    await this.#sender.stop();
  }

  #halt(): void {
    this.#stopped = true;
    clearInterval(this.#upkeepTimer);
    this.#attachment.detach();
    this.#stopping.abort();
    this.#notify();
  }

  #end(reason: 'replaced' | 'refused' | 'fenced'): void {
    if (this.#stopped) return;
    this.#options.log.warn({ reason }, 'the device stopped');
    this.#halt();
    this.#options.onStopped?.(reason);
  }

  #onAttached(): void {
    // What was delivered before comes again; what of it is committed will be recognised.
    this.#inbound = [];
    this.#sender.resume();
    this.wake();
  }

  #onDeliveries(deliveries: readonly Delivery[]): void {
    this.#inbound.push(...deliveries);
    this.#notify();
  }

  #onPrekeyCounts(counts: PrekeyCounts | undefined): void {
    this.#prekeys.noteCounts(counts);
    this.#notify();
  }

  #notify(): void {
    this.#wake();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      try {
        const worked = await this.#step();
        this.#backoff.reset();
        if (!worked) await woken;
      } catch (error) {
        await this.#recover(error);
      }
    }
  }

  /** Does one piece of work; false when there is none. */
  async #step(): Promise<boolean> {
    if (this.#isDoubtful) {
      await this.#sender.reload();
      this.#isDoubtful = false;
    }
    if (await this.#prekeys.run()) return true;
    const mayEncrypt = this.#mayHaveQueued && this.#attachment.isAttached && this.#sender.hasRoom;
    // By turns while there is both, so that a flood of one does not starve the other.
    if (mayEncrypt && (this.#receivedLast || this.#inbound.length === 0)) {
      this.#receivedLast = false;
      if (await this.#encrypt()) return true;
    }
    this.#receivedLast = this.#inbound.length > 0;
    return this.#receivedLast ? this.#receive() : false;
  }

  async #receive(): Promise<boolean> {
    const { local, store, clock, log } = this.#options;
    const deliveries = this.#inbound.slice(0, limits.maxReceiveBatch);
    // So that a business hears "sent" before "delivered".
    await this.#sender.settle(noticedEnvelopes(deliveries));
    const received = await receiveBatch({ deliveries, local, store, cache: this.#cache, now: clock.now(), log });
    const { batch, stage } = received;
    // crash point: receive.decrypted
    await store.commitReceived(batch);
    // crash point: receive.committed
    this.#cache.accept(stage.committedPeers());
    // By position, not by count: a new attachment may have delivered them again meanwhile.
    const done = new Set(deliveries.map(({ position }) => position));
    this.#inbound = this.#inbound.filter(({ position }) => !done.has(position));
    this.#attachment.acknowledge(received);
    // crash point: receive.acknowledged
    if (batch.events.some(({ kind }) => kind === 'retry-requested')) this.#mayHaveQueued = true;
    if (batch.replies.length > 0) await this.#sender.reload();
    this.#options.onCommitted?.();
    return true;
  }

  async #encrypt(): Promise<boolean> {
    const { local, store, clock } = this.#options;
    // Before the look, so that what is queued during it is looked for once more.
    this.#mayHaveQueued = false;
    const queued = await store.loadQueued(limits.maxMessagesPerPumpBatch);
    if (queued.length === limits.maxMessagesPerPumpBatch) this.#mayHaveQueued = true;
    if (queued.length === 0) return false;
    // crash point: send.taken
    const { batch, stage } = await encryptBatch({
      queued,
      local,
      cache: this.#cache,
      attachment: this.#attachment,
      directory: this.#directory,
      now: clock.now(),
    });
    // crash point: send.encrypted
    await store.commitEncrypted(batch);
    // crash point: send.committed
    this.#cache.accept(stage.committedPeers());
    this.#sender.add(batch.items);
    if (batch.failed.length > 0) this.#options.onCommitted?.();
    return true;
  }

  /** After a failure nothing in memory is trusted: sessions and outbox are read again before the next batch. */
  async #recover(error: unknown): Promise<void> {
    if (error instanceof FencedError) return this.#end('fenced');
    this.#mayHaveQueued = true;
    if (!(error instanceof TransportUnavailableError)) {
      this.#cache.clear();
      this.#isDoubtful = true;
      this.#options.log.warn({ err: error }, 'a batch failed and will be tried again');
    }
    const waitMs =
      error instanceof TransportRefusedError
        ? Math.max(error.retryAfterMs, this.#backoff.next())
        : this.#backoff.next();
    await delay(waitMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}

function noticedEnvelopes(deliveries: readonly Delivery[]): EnvelopeId[] {
  return deliveries.flatMap(({ item }) =>
    item.case === 'notice' ? (envelopeIdFromBytes(item.value.envelopeId) ?? []) : [],
  );
}

import { insertRows, updateFromRows, type Database, type Transaction } from '@postern/postgres';
import {
  decodeOutgoing,
  encodeOutgoing,
  type DeviceStore,
  type EncryptedBatch,
  type EncryptedItem,
  type FailedItem,
  type OutboxId,
  type PrekeyStatus,
  type ProcessedEnvelope,
  type QueuedItem,
  type ReceivedBatch,
} from '@postern/client';
import { identityKeyHash } from '@postern/signal';
import type { BaseKeyUse, DeviceName, PrekeyKind, SignalChanges, StoredPeer, StoredPrekey } from '@postern/signal';
import { limits, type Clock, type EnvelopeId, type MessageId } from '@postern/protocol';
import { MessageCounter } from '../analytics/message-counter.ts';
import { errorCodeOf } from '../errors/message-errors.ts';
import { ensurePartitions, isPartitionMissing } from '../messages/partitions.ts';
import type { SendRules } from '../rules/send-rules.ts';
import type { SealedStorage } from '../sealed-storage.ts';
import type { Subject } from '../subjects/subject.ts';
import { queueWebhookEvents } from '../webhooks/events.ts';
import { checkEpoch, type ClaimedNumber, type PumpedSettings } from './number-claim.ts';
import { PeerSessions, type SealedSession } from './peer-sessions.ts';
import { PrekeyStore } from '../numbers/prekey-store.ts';
import { loadQueuedItems } from './queued-items.ts';
import { sendersOf } from './known-senders.ts';
import { applyReceivedEvents } from './received-events.ts';
import { moveStates, type StateUpdate } from './state-moves.ts';
import { insertProcessed, insertReplies, raiseGeneration, setEnvelopes, upsertSessions } from './statements.ts';

/** A session changed under the pump's hands: something else writes this number's sessions. */
export class StaleSessionError extends Error {
  override readonly name = 'StaleSessionError';
  readonly retryable = true;
}

export interface NumberStoreOptions {
  readonly db: Database;
  readonly storage: SealedStorage;
  readonly rules: SendRules;
  readonly number: ClaimedNumber;
}

/**
 * The device state of one business number in PostgreSQL. Every commit is one transaction that first checks the
 * pump's epoch: a pump that was taken over writes nothing more.
 */
export class NumberStore implements DeviceStore {
  readonly #db: Database;
  readonly #storage: SealedStorage;
  readonly #rules: SendRules;
  readonly #clock: Clock;
  readonly #number: ClaimedNumber;
  readonly #id: string;
  readonly #sessions: PeerSessions;
  readonly #prekeys: PrekeyStore;
  readonly #counter: MessageCounter;
  /** To whom the items go that are being encrypted. */
  readonly #queued = new Map<OutboxId, Subject>();

  constructor({ db, storage, rules, number }: NumberStoreOptions) {
    this.#db = db;
    this.#rules = rules;
    this.#storage = storage;
    this.#clock = storage.clock;
    this.#number = number;
    this.#id = number.phoneNumberId;
    this.#sessions = new PeerSessions({ db, ...storage, phoneNumberId: this.#id });
    this.#prekeys = new PrekeyStore(storage.sealer);
    this.#counter = new MessageCounter(storage, number);
  }

  loadPeers(peers: readonly DeviceName[]): Promise<StoredPeer[]> {
    return this.#sessions.load(peers);
  }

  async findPrekey(kind: PrekeyKind, id: number): Promise<StoredPrekey | null> {
    await this.#storage.keyUse.note('device', [this.#id]);
    return this.#prekeys.find(this.#db, this.#id, { kind, id });
  }

  async isBaseKeyUsed({ baseKey }: BaseKeyUse): Promise<boolean> {
    const rows = await this.#db.prepared(
      'base-keys.find',
      'SELECT 1 FROM base_keys WHERE phone_number_id = $1 AND base_key = $2',
      [this.#id, Buffer.from(baseKey)],
    );
    return rows.length > 0;
  }

  async loadQueued(limit: number): Promise<QueuedItem[]> {
    const { stored, subjects } = this.#storage;
    const queued = await loadQueuedItems(this.#db, { stored, rules: this.#rules }, { number: this.#number, limit });
    const known = await subjects.load(this.#id, [...new Set(queued.map(({ subjectId }) => subjectId))]);
    this.#queued.clear();
    for (const { item, subjectId, record } of queued) {
      const subject = known.get(subjectId);
      if (subject) this.#queued.set(item.outboxId, subject);
      if (record && item.messageId) this.#counter.remember(item.messageId, record, subject ?? null);
    }
    return queued.map(({ item }) => item);
  }

  async loadEncrypted(after: OutboxId, limit: number): Promise<EncryptedItem[]> {
    const rows = await this.#db.prepared<{ outbox_id: number; envelopes: Buffer }>(
      'outbox.load-encrypted',
      `SELECT outbox_id, envelopes FROM outbox
       WHERE phone_number_id = $1 AND envelopes IS NOT NULL AND outbox_id > $2 AND expires_at_ms > $4
       ORDER BY outbox_id LIMIT $3`,
      [this.#id, after, limit, this.#clock.now()],
    );
    return rows.map(({ outbox_id: outboxId, envelopes }) => ({ outboxId, envelopes: decodeOutgoing(envelopes) }));
  }

  async commitEncrypted({ changes, items, failed }: EncryptedBatch): Promise<void> {
    const envelopeRows = items.map(({ outboxId, envelopes }) => [
      this.#id,
      outboxId,
      Buffer.from(encodeOutgoing(envelopes)),
    ]);
    for (const { outboxId, envelopes } of items) {
      const subject = this.#queued.get(outboxId);
      if (subject) for (const { recipient } of envelopes) this.#sessions.note(recipient.accountId, subject);
    }
    const sessions = await this.#sessions.sealAll(changes.peers);
    await this.#commitSessions(sessions, async (tx) => {
      await this.#applyChanges(tx, changes, sessions);
      await updateFromRows(tx, setEnvelopes, envelopeRows);
      await this.#applyFailures(tx, failed);
    });
  }

  async commitSent(sent: readonly OutboxId[], failed: readonly FailedItem[]): Promise<void> {
    await this.#commit(async (tx) => {
      const rows = await tx.prepared<{ message_id: MessageId | null; accepted_s: number; attempt: number }>(
        'outbox.delete-sent',
        'DELETE FROM outbox WHERE phone_number_id = $1 AND outbox_id = ANY($2) RETURNING message_id, accepted_s, attempt',
        [this.#id, sent],
      );
      // A retry that was sent is the same message: its business has heard "sent" already.
      const first = rows.filter(({ message_id: messageId, attempt }) => messageId !== null && attempt === 0);
      const now = this.#clock.now();
      const events = first.map(({ message_id: messageId, accepted_s: acceptedS }) => ({
        kind: 'sent' as const,
        messageId: messageId as MessageId,
        acceptedS,
        errorCode: null,
        happenedAtMs: now,
      }));
      await queueWebhookEvents(tx, this.#number, events);
      await this.#applyFailures(tx, failed);
      await this.#counter.count(tx, events);
    });
  }

  async findProcessed(envelopeIds: readonly EnvelopeId[]): Promise<ProcessedEnvelope[]> {
    if (envelopeIds.length === 0) return [];
    const rows = await this.#db.prepared<{ envelope_id: EnvelopeId; is_readable: boolean }>(
      'processed.find',
      'SELECT envelope_id, is_readable FROM processed_envelopes WHERE phone_number_id = $1 AND envelope_id = ANY($2::uuid[])',
      [this.#id, envelopeIds],
    );
    return rows.map(({ envelope_id: envelopeId, is_readable: isReadable }) => ({ envelopeId, isReadable }));
  }

  async commitReceived({ changes, processed, events, replies }: ReceivedBatch): Promise<void> {
    const { subjects, contributions } = this.#storage;
    const nowMs = this.#clock.now();
    const today = await contributions.today();
    const senders = events.flatMap((event) => sendersOf(event));
    await this.#storage.keyUse.note('receiving', [this.#id]);
    const people = await subjects.resolve(
      this.#id,
      senders.map(({ phoneNumber }) => phoneNumber),
      nowMs,
    );
    for (const { accountId, phoneNumber } of senders) {
      const subject = people.get(phoneNumber);
      if (subject) this.#sessions.note(accountId, subject);
    }
    const sessions = await this.#sessions.sealAll(changes.peers);
    await this.#commitSessions(
      [...sessions, ...[...people.values()].map((subject) => ({ subject }))],
      async (tx, { retentionHours, checksIdentity }) => {
        await this.#applyChanges(tx, changes, sessions);
        await insertRows(
          tx,
          insertProcessed,
          processed.map(({ envelopeId, isReadable }) => [this.#id, envelopeId, isReadable, nowMs]),
        );
        const identities = new Map(
          (checksIdentity ? changes.peers : []).map(({ peer, identityKey }) => [
            peer.accountId,
            identityKeyHash(identityKey),
          ]),
        );
        const [number, storage, counter] = [this.#number, this.#storage, this.#counter];
        const receiving = { tx, number, retentionHours, identities, storage, people, today, counter, nowMs };
        await this.#moveStates(tx, await applyReceivedEvents(receiving, events));
        const expiresAtMs = nowMs + limits.messageTtlMs;
        await insertRows(
          tx,
          insertReplies,
          replies.map((reply) => [
            this.#id,
            Math.floor(nowMs / 1000),
            Buffer.from(encodeOutgoing([reply])),
            expiresAtMs,
          ]),
        );
      },
    );
  }

  async addPrekeys(prekeys: readonly StoredPrekey[]): Promise<void> {
    await this.#storage.keyUse.note('device', [this.#id]);
    await this.#commit((tx) => this.#prekeys.add(tx, this.#id, prekeys, this.#clock.now()));
  }

  prekeyStatus(): Promise<PrekeyStatus> {
    return this.#prekeys.status(this.#db, this.#id);
  }

  async noteReset(): Promise<void> {
    await this.#commit(async (tx) => {
      await tx.query('UPDATE session_generations SET must_replace_prekeys = false WHERE phone_number_id = $1', [
        this.#id,
      ]);
    });
  }

  async forgetOld(beforeMs: number): Promise<void> {
    await this.#storage.keyUse.note('device', [this.#id]);
    await this.#commit(async (tx) => {
      await this.#prekeys.forgetReplaced(tx, this.#id, beforeMs);
      await tx.query('DELETE FROM base_keys WHERE phone_number_id = $1 AND used_at_ms < $2', [this.#id, beforeMs]);
      await tx.query('DELETE FROM processed_envelopes WHERE phone_number_id = $1 AND processed_at_ms < $2', [
        this.#id,
        beforeMs,
      ]);
      await tx.query('DELETE FROM sessions WHERE phone_number_id = $1 AND used_at_ms < $2', [this.#id, beforeMs]);
    });
  }

  /** A commit that writes sessions. What it says may leave only after the keyring knows how far the number has come. */
  async #commitSessions(
    held: readonly { readonly subject: Subject | null }[],
    work: (tx: Transaction, settings: PumpedSettings) => Promise<void>,
  ): Promise<void> {
    const { subjects, userIds, keyring } = this.#storage;
    let generation = 0;
    try {
      await this.#commit(async (tx, settings) => {
        await subjects.hold(tx, new Set(held.flatMap(({ subject }) => subject ?? [])));
        await work(tx, settings);
        const [row] = await tx.prepared<{ generation: number }>('session-generations.raise', raiseGeneration, [
          this.#id,
        ]);
        generation = row?.generation ?? 0;
      });
    } catch (error) {
      this.#sessions.forget();
      userIds.forget(held.flatMap(({ subject }) => subject ?? []));
      throw error;
    }
    keyring.noteMark(this.#id, generation);
  }

  /** One transaction under the epoch; once more when the day has no partition yet. */
  async #commit(work: (tx: Transaction, settings: PumpedSettings) => Promise<void>): Promise<void> {
    const attempt = () => this.#db.transaction(async (tx) => work(tx, await checkEpoch(tx, this.#number)));
    await attempt().catch(async (error: unknown) => {
      if (!isPartitionMissing(error)) throw error;
      await ensurePartitions(this.#db, this.#clock.now());
      await attempt();
    });
  }

  async #applyChanges(
    tx: Transaction,
    { usedPrekeys, usedBaseKeys }: SignalChanges,
    sessions: readonly SealedSession[],
  ): Promise<void> {
    const written = await insertRows(
      tx,
      upsertSessions,
      sessions.map(({ row }) => row),
    );
    if (written.length !== sessions.length) throw new StaleSessionError('A session was changed by somebody else.');
    for (const { kind, id } of usedPrekeys) {
      await tx.query('DELETE FROM prekeys WHERE phone_number_id = $1 AND kind = $2 AND prekey_id = $3', [
        this.#id,
        kind,
        id,
      ]);
    }
    for (const { baseKey } of usedBaseKeys) {
      await tx.query('INSERT INTO base_keys VALUES ($1, $2, $3)', [this.#id, Buffer.from(baseKey), this.#clock.now()]);
    }
  }

  async #applyFailures(tx: Transaction, failed: readonly FailedItem[]): Promise<void> {
    if (failed.length === 0) return;
    await tx.query('DELETE FROM outbox WHERE phone_number_id = $1 AND outbox_id = ANY($2)', [
      this.#id,
      failed.map(({ outboxId }) => outboxId),
    ]);
    const updates = failed.flatMap(({ messageId, failure }) =>
      messageId ? [{ messageId, kind: 'failed' as const, errorCode: errorCodeOf(failure) }] : [],
    );
    await this.#moveStates(tx, updates);
  }

  /** Moves messages forward and queues a webhook for each that really moved. */
  async #moveStates(tx: Transaction, updates: readonly StateUpdate[]): Promise<void> {
    if (updates.length === 0) return;
    const moved = await moveStates(tx, updates, { phoneNumberId: this.#id, nowMs: this.#clock.now() });
    await queueWebhookEvents(tx, this.#number, moved);
    await this.#counter.count(tx, moved);
  }
}

import type { KeyObject } from 'node:crypto';
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
import type {
  BaseKeyUse,
  ChangedPeer,
  DeviceName,
  PrekeyKind,
  SignalChanges,
  StoredPeer,
  StoredPrekey,
} from '@postern/signal';
import {
  limits,
  type AccountId,
  type Clock,
  type DeviceId,
  type EnvelopeId,
  type MessageId,
  type PhoneNumber,
} from '@postern/protocol';
import type { Logger } from '@postern/service';
import { acceptedSecondOf } from '../messages/message-id.ts';
import { decodeMessageRecord } from '../messages/message-record.ts';
import { messageRow } from '../messages/message-reader.ts';
import { ensurePartitions, isPartitionMissing } from '../messages/partitions.ts';
import { insertPrekeys, prekeyPlace } from '../numbers/numbers.ts';
import { SealBrokenError } from '../sealing/record.ts';
import type { Sealer } from '../sealing/sealer.ts';
import { queueWebhookEvents } from '../webhooks/events.ts';
import { errorCodeOf } from '../errors/message-errors.ts';
import { checkEpoch, type ClaimedNumber } from './number-claim.ts';
import { applyReceivedEvents, type StateUpdate } from './received-events.ts';
import { insertProcessed, insertReplies, setEnvelopes, stateMoves, upsertSessions } from './statements.ts';

interface SessionRow {
  account_id: AccountId;
  device_id: DeviceId;
  version: number;
  sealed: Buffer;
}

interface OutboxRow {
  outbox_id: number;
  message_id: MessageId | null;
  accepted_s: number;
  attempt: number;
  account_id: AccountId | null;
  device_id: DeviceId | null;
  outbox_sealed: Buffer | null;
  message_sealed: Buffer | null;
  expires_at_ms: number;
}

const identityKeyBytes = 33;
// Stands in the address of an item that is only there to fail.
const nobody = '00000000-0000-0000-0000-000000000000' as AccountId;

/** A session changed under the pump's hands: something else writes this number's sessions. */
export class StaleSessionError extends Error {
  override readonly name = 'StaleSessionError';
  readonly retryable = true;
}

export interface NumberStoreOptions {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly number: ClaimedNumber;
  readonly logger: Logger;
}

/**
 * The device state of one business number in PostgreSQL. Every commit is one transaction that first checks the
 * pump's epoch: a pump that was taken over writes nothing more.
 */
export class NumberStore implements DeviceStore {
  readonly #options: NumberStoreOptions;
  readonly #id: string;
  readonly #key: KeyObject;

  private constructor(options: NumberStoreOptions, key: KeyObject) {
    this.#options = options;
    this.#id = options.number.phoneNumberId;
    this.#key = key;
  }

  /** @throws KeyMissingError when the keyring does not know the number */
  static async open(options: NumberStoreOptions): Promise<NumberStore> {
    return new NumberStore(options, await options.sealer.numberKey(options.number.phoneNumberId));
  }

  async loadPeers(peers: readonly DeviceName[]): Promise<StoredPeer[]> {
    const rows = await this.#options.db.prepared<SessionRow>(
      'sessions.load',
      `SELECT account_id, device_id, version, sealed FROM sessions
       WHERE phone_number_id = $1 AND (account_id, device_id) IN (SELECT * FROM unnest($2::uuid[], $3::smallint[]))`,
      [this.#id, peers.map(({ accountId }) => accountId), peers.map(({ deviceId }) => deviceId)],
    );
    return rows.map(({ account_id: accountId, device_id: deviceId, version, sealed }) => {
      const peer = { accountId, deviceId };
      const opened = this.#options.sealer.openForNumber(this.#key, this.#sessionPlace(peer, version), sealed);
      const session = opened.subarray(identityKeyBytes);
      return {
        peer,
        version,
        identityKey: opened.subarray(0, identityKeyBytes),
        session: session.length > 0 ? session : null,
      };
    });
  }

  async findPrekey(kind: PrekeyKind, id: number): Promise<StoredPrekey | null> {
    const [row] = await this.#options.db.prepared<{ sealed: Buffer }>(
      'prekeys.find',
      'SELECT sealed FROM prekeys WHERE phone_number_id = $1 AND kind = $2 AND prekey_id = $3',
      [this.#id, kind, id],
    );
    return row
      ? { kind, id, record: this.#options.sealer.openForNumber(this.#key, prekeyPlace(this.#id, kind, id), row.sealed) }
      : null;
  }

  async isBaseKeyUsed({ baseKey }: BaseKeyUse): Promise<boolean> {
    const rows = await this.#options.db.prepared(
      'base-keys.find',
      'SELECT 1 FROM base_keys WHERE phone_number_id = $1 AND base_key = $2',
      [this.#id, Buffer.from(baseKey)],
    );
    return rows.length > 0;
  }

  async loadQueued(limit: number): Promise<QueuedItem[]> {
    const rows = await this.#options.db.prepared<OutboxRow>(
      'outbox.load-queued',
      `SELECT o.outbox_id, o.message_id, o.accepted_s, o.attempt, o.account_id, o.device_id, o.expires_at_ms,
              o.sealed AS outbox_sealed, m.sealed AS message_sealed
       FROM outbox o LEFT JOIN messages m ON m.phone_number_id = o.phone_number_id AND m.message_id = o.message_id
         AND m.sent_by_business AND m.accepted_s = o.accepted_s
       WHERE o.phone_number_id = $1 AND o.envelopes IS NULL ORDER BY o.outbox_id LIMIT $2`,
      [this.#id, limit],
    );
    const items: QueuedItem[] = [];
    for (const row of rows) items.push(await this.#toQueuedItem(row));
    return items;
  }

  async loadEncrypted(after: OutboxId, limit: number): Promise<EncryptedItem[]> {
    const rows = await this.#options.db.prepared<{ outbox_id: number; envelopes: Buffer }>(
      'outbox.load-encrypted',
      `SELECT outbox_id, envelopes FROM outbox
       WHERE phone_number_id = $1 AND envelopes IS NOT NULL AND outbox_id > $2 ORDER BY outbox_id LIMIT $3`,
      [this.#id, after, limit],
    );
    return rows.map(({ outbox_id: outboxId, envelopes }) => ({ outboxId, envelopes: decodeOutgoing(envelopes) }));
  }

  async commitEncrypted({ changes, items, failed }: EncryptedBatch): Promise<void> {
    const envelopeRows = items.map(({ outboxId, envelopes }) => [outboxId, Buffer.from(encodeOutgoing(envelopes))]);
    const sessionRows = changes.peers.map((peer) => this.#sessionRow(peer));
    await this.#commit(async (tx) => {
      await this.#applyChanges(tx, changes, sessionRows);
      await updateFromRows(
        tx,
        setEnvelopes,
        envelopeRows.map((row) => [this.#id, ...row]),
      );
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
      const now = this.#options.clock.now();
      const events = first.map(({ message_id: messageId, accepted_s: acceptedS }) => ({
        kind: 'sent' as const,
        messageId: messageId as MessageId,
        acceptedS,
        errorCode: null,
        happenedAtMs: now,
      }));
      await queueWebhookEvents(tx, this.#options.number, events);
      await this.#applyFailures(tx, failed);
    });
  }

  async findProcessed(envelopeIds: readonly EnvelopeId[]): Promise<ProcessedEnvelope[]> {
    if (envelopeIds.length === 0) return [];
    const rows = await this.#options.db.prepared<{ envelope_id: EnvelopeId; is_readable: boolean }>(
      'processed.find',
      'SELECT envelope_id, is_readable FROM processed_envelopes WHERE phone_number_id = $1 AND envelope_id = ANY($2::uuid[])',
      [this.#id, envelopeIds],
    );
    return rows.map(({ envelope_id: envelopeId, is_readable: isReadable }) => ({ envelopeId, isReadable }));
  }

  async commitReceived({ changes, processed, events, replies }: ReceivedBatch): Promise<void> {
    const { clock, sealer, number } = this.#options;
    const now = clock.now();
    const sessionRows = changes.peers.map((peer) => this.#sessionRow(peer));
    const inboundKey = await sealer.hourKey(Math.floor(now / 1000));
    await this.#commit(async (tx) => {
      await this.#applyChanges(tx, changes, sessionRows);
      await insertRows(
        tx,
        insertProcessed,
        processed.map(({ envelopeId, isReadable }) => [this.#id, envelopeId, isReadable, now]),
      );
      const updates = await applyReceivedEvents({ tx, number, sealer, key: inboundKey, now }, events);
      await this.#moveStates(tx, updates);
      const expiresAtMs = now + limits.messageTtlMs;
      await insertRows(
        tx,
        insertReplies,
        replies.map((reply) => [this.#id, Math.floor(now / 1000), Buffer.from(encodeOutgoing([reply])), expiresAtMs]),
      );
    });
  }

  async addPrekeys(prekeys: readonly StoredPrekey[]): Promise<void> {
    const { sealer, clock } = this.#options;
    const now = clock.now();
    await this.#commit(async (tx) => {
      const rows = prekeys.map(({ kind, id, record }) => [
        this.#id,
        kind,
        id,
        sealer.sealForNumber(this.#key, prekeyPlace(this.#id, kind, id), record),
        now,
      ]);
      await insertRows(tx, insertPrekeys, rows);
    });
  }

  async prekeyStatus(): Promise<PrekeyStatus> {
    const [row] = await this.#options.db.query<{ last: number | null; signed: number | null }>(
      "SELECT max(prekey_id) AS last, max(made_at_ms) FILTER (WHERE kind = 'signed') AS signed FROM prekeys WHERE phone_number_id = $1",
      [this.#id],
    );
    return { nextId: (row?.last ?? 0) + 1, signedMadeAtMs: row?.signed ?? 0 };
  }

  async forgetOld(beforeMs: number): Promise<void> {
    await this.#commit(async (tx) => {
      await tx.query(
        `DELETE FROM prekeys p WHERE phone_number_id = $1 AND made_at_ms < $2 AND kind IN ('signed', 'kyber-last-resort')
         AND prekey_id < (SELECT max(q.prekey_id) FROM prekeys q WHERE q.phone_number_id = $1 AND q.kind = p.kind)`,
        [this.#id, beforeMs],
      );
      await tx.query('DELETE FROM base_keys WHERE phone_number_id = $1 AND used_at_ms < $2', [this.#id, beforeMs]);
      await tx.query('DELETE FROM processed_envelopes WHERE phone_number_id = $1 AND processed_at_ms < $2', [
        this.#id,
        beforeMs,
      ]);
      await tx.query('DELETE FROM sessions WHERE phone_number_id = $1 AND used_at_ms < $2', [this.#id, beforeMs]);
    });
  }

  /** One transaction under the epoch; once more when the day has no partition yet. */
  async #commit(work: (tx: Transaction) => Promise<void>): Promise<void> {
    const { db, number, clock } = this.#options;
    const attempt = () =>
      db.transaction(async (tx) => {
        await checkEpoch(tx, number);
        await work(tx);
      });
    await attempt().catch(async (error: unknown) => {
      if (!isPartitionMissing(error)) throw error;
      await ensurePartitions(db, clock.now());
      await attempt();
    });
  }

  async #toQueuedItem(row: OutboxRow): Promise<QueuedItem> {
    const { outbox_id: outboxId, message_id: messageId, attempt, account_id: accountId, device_id: onlyDevice } = row;
    const item = { outboxId, messageId, attempt, onlyDevice };
    const opened = await this.#openContent(row).catch((error: unknown) => this.#noteBroken(error, row));
    const to = accountId ? { accountId } : opened?.person ? { phoneNumber: opened.person } : null;
    // What cannot be opened any more is at its end, whatever the row says; it may not hold up what stands behind it.
    if (!opened || !to) return { ...item, to: { accountId: nobody }, content: new Uint8Array(), expiresAtMs: 0 };
    return { ...item, to, content: opened.content, expiresAtMs: row.expires_at_ms };
  }

  async #openContent(row: OutboxRow): Promise<{ content: Uint8Array; person: PhoneNumber | null } | null> {
    const { sealer } = this.#options;
    const { accepted_s: acceptedS, message_id: messageId, outbox_sealed: receipt, message_sealed: message } = row;
    const key = await sealer.findHourKey(acceptedS);
    if (!key) return null;
    const place = { column: 'sealed', phoneNumberId: this.#id, acceptedS };
    if (receipt) {
      const content = sealer.openForHour(key, { ...place, table: 'outbox', row: row.account_id ?? '' }, receipt);
      return { content, person: null };
    }
    if (!message || !messageId) return null;
    return decodeMessageRecord(
      sealer.openForHour(key, { ...place, table: 'messages', row: messageRow(messageId, true) }, message),
    );
  }

  /** A damaged record concerns one message; any other error is thrown on. */
  #noteBroken(error: unknown, { outbox_id: outboxId }: OutboxRow): null {
    if (!(error instanceof SealBrokenError)) throw error;
    this.#options.logger.error({ outboxId, err: error }, 'a sealed message does not open and fails');
    return null;
  }

  #sessionPlace({ accountId, deviceId }: DeviceName, version: number): Parameters<Sealer['sealForNumber']>[1] {
    return { table: 'sessions', column: 'sealed', phoneNumberId: this.#id, row: `${accountId}.${deviceId}`, version };
  }

  #sessionRow({ peer, session, identityKey, expectedVersion }: ChangedPeer): unknown[] {
    const plaintext = Buffer.concat([identityKey, session ?? Buffer.alloc(0)]);
    const sealed = this.#options.sealer.sealForNumber(
      this.#key,
      this.#sessionPlace(peer, expectedVersion + 1),
      plaintext,
    );
    return [this.#id, peer.accountId, peer.deviceId, expectedVersion + 1, sealed, this.#options.clock.now()];
  }

  async #applyChanges(
    tx: Transaction,
    { usedPrekeys, usedBaseKeys }: SignalChanges,
    sessionRows: readonly unknown[][],
  ): Promise<void> {
    const written = await insertRows(tx, upsertSessions, sessionRows);
    if (written.length !== sessionRows.length) throw new StaleSessionError('A session was changed by somebody else.');
    for (const { kind, id } of usedPrekeys) {
      await tx.query('DELETE FROM prekeys WHERE phone_number_id = $1 AND kind = $2 AND prekey_id = $3', [
        this.#id,
        kind,
        id,
      ]);
    }
    for (const { baseKey } of usedBaseKeys) {
      await tx.query('INSERT INTO base_keys VALUES ($1, $2, $3)', [
        this.#id,
        Buffer.from(baseKey),
        this.#options.clock.now(),
      ]);
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
    const { number, clock } = this.#options;
    for (const kind of ['delivered', 'failed', 'read'] as const) {
      const ofKind = [
        ...new Map(
          updates.filter((update) => update.kind === kind).map((update) => [update.messageId, update]),
        ).values(),
      ];
      const rows = ofKind.map(({ messageId }, ordinal) => [this.#id, messageId, acceptedSecondOf(messageId), ordinal]);
      const moved = new Set(
        (await updateFromRows<{ ordinal: number }>(tx, stateMoves[kind], rows)).map(({ ordinal }) => ordinal),
      );
      const events = ofKind.map(({ messageId, errorCode, atMs = clock.now() }) => {
        return { kind, messageId, acceptedS: acceptedSecondOf(messageId), errorCode, happenedAtMs: atMs };
      });
      await queueWebhookEvents(
        tx,
        number,
        events.filter((_, ordinal) => moved.has(ordinal)),
      );
    }
  }
}

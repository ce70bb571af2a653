import {
  EnvelopeType,
  ContentSchema,
  encode,
  limits,
  type AccountId,
  type Clock,
  type DeviceId,
  type EnvelopeId,
  type MessageId,
  type PhoneNumber,
} from '@postern/protocol';
import type {
  BaseKeyUse,
  ChangedPeer,
  DeviceName,
  PrekeyKind,
  SignalChanges,
  StoredPeer,
  StoredPrekey,
} from '@postern/signal';
import type {
  DeviceStore,
  EncryptedBatch,
  EncryptedItem,
  FailedItem,
  OutboxId,
  OutgoingEnvelope,
  PrekeyStatus,
  ProcessedEnvelope,
  QueuedItem,
  ReceivedBatch,
  ReceivedEvent,
} from '../device/device-store.ts';
import { decodeOutgoing, encodeOutgoing } from '../device/outgoing-codec.ts';
import { BlockList } from './block-list.ts';
import { takeFlowAnswer } from './flows/flow-answers.ts';
import type { PhoneDatabase } from './phone-database.ts';

interface PeerRow {
  session: Uint8Array | null;
  identity_key: Uint8Array;
  version: number;
}

interface OutboxRow {
  outbox_id: number;
  to_phone_number: PhoneNumber | null;
  to_account_id: AccountId;
  only_device: DeviceId | null;
  content: Uint8Array;
  message_id: MessageId | null;
  attempt: number;
  expires_at_ms: number;
  envelopes: Uint8Array;
}

/** Somebody else changed this peer in between: the device is not the single writer it should be. */
export class StaleSessionError extends Error {
  override readonly name = 'StaleSessionError';
  readonly retryable = true;
}

/** A person's device state in SQLite. Each commit is one transaction. */
export class PhoneStore implements DeviceStore {
  readonly #db: PhoneDatabase;
  readonly #clock: Clock;
  readonly #blockList: BlockList;

  constructor(db: PhoneDatabase, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
    this.#blockList = new BlockList(db, clock);
  }

  async loadPeers(peers: readonly DeviceName[]): Promise<StoredPeer[]> {
    const sql = 'SELECT session, identity_key, version FROM peers WHERE account_id = ? AND device_id = ?';
    return peers.flatMap((peer) => {
      const row = this.#db.get<PeerRow>(sql, peer.accountId, peer.deviceId);
      return row ? [{ peer, session: row.session, identityKey: row.identity_key, version: row.version }] : [];
    });
  }

  async findPrekey(kind: PrekeyKind, id: number): Promise<StoredPrekey | null> {
    const row = this.#db.get<{ record: Uint8Array }>('SELECT record FROM prekeys WHERE kind = ? AND id = ?', kind, id);
    return row && { kind, id, record: row.record };
  }

  async isBaseKeyUsed({ baseKey }: BaseKeyUse): Promise<boolean> {
    return this.#db.get('SELECT 1 FROM base_keys WHERE base_key = ?', baseKey) !== null;
  }

  async loadQueued(limit: number): Promise<QueuedItem[]> {
    const rows = this.#db.all<OutboxRow>(
      'SELECT * FROM outbox WHERE envelopes IS NULL ORDER BY outbox_id LIMIT ?',
      limit,
    );
    return rows.map((row) => ({
      outboxId: row.outbox_id,
      to: row.to_phone_number ? { phoneNumber: row.to_phone_number } : { accountId: row.to_account_id },
      content: row.content,
      messageId: row.message_id,
      attempt: row.attempt,
      onlyDevice: row.only_device,
      expiresAtMs: row.expires_at_ms,
      failure: null,
      identityKeyHash: null,
    }));
  }

  async loadEncrypted(after: OutboxId, limit: number): Promise<EncryptedItem[]> {
    const sql =
      'SELECT outbox_id, envelopes FROM outbox WHERE envelopes IS NOT NULL AND outbox_id > ? ORDER BY outbox_id LIMIT ?';
    return this.#db
      .all<OutboxRow>(sql, after, limit)
      .map((row) => ({ outboxId: row.outbox_id, envelopes: decodeOutgoing(row.envelopes) }));
  }

  async commitEncrypted({ changes, items, failed }: EncryptedBatch): Promise<void> {
    this.#db.transaction(() => {
      this.#applyChanges(changes);
      for (const { outboxId, envelopes } of items) {
        this.#db.run('UPDATE outbox SET envelopes = ? WHERE outbox_id = ?', encodeOutgoing(envelopes), outboxId);
      }
      this.#applyFailures(failed);
    });
  }

  async commitSent(sent: readonly OutboxId[], failed: readonly FailedItem[]): Promise<void> {
    this.#db.transaction(() => {
      for (const outboxId of sent) {
        const sql =
          "UPDATE messages SET state = 'sent' WHERE from_me = 1 AND state = 'queued' AND message_id = (SELECT message_id FROM outbox WHERE outbox_id = ?)";
        this.#db.run(sql, outboxId);
        this.#db.run('DELETE FROM outbox WHERE outbox_id = ?', outboxId);
      }
      this.#applyFailures(failed);
    });
  }

  async findProcessed(envelopeIds: readonly EnvelopeId[]): Promise<ProcessedEnvelope[]> {
    return envelopeIds.flatMap((envelopeId) => {
      const row = this.#db.get<{ is_readable: number }>(
        'SELECT is_readable FROM processed WHERE envelope_id = ?',
        envelopeId,
      );
      return row ? [{ envelopeId, isReadable: row.is_readable === 1 }] : [];
    });
  }

  async findBlocked(senders: readonly PhoneNumber[]): Promise<ReadonlySet<PhoneNumber>> {
    return new Set(senders.filter((sender) => this.#blockList.has(sender)));
  }

  async commitReceived({ changes, processed, events, replies }: ReceivedBatch): Promise<void> {
    this.#db.transaction(() => {
      this.#applyChanges(changes);
      for (const { envelopeId, isReadable } of processed) {
        this.#db.run('INSERT INTO processed VALUES (?, ?, ?)', envelopeId, isReadable ? 1 : 0, this.#clock.now());
      }
      for (const event of events) this.#applyEvent(event);
      for (const reply of replies) this.#queueReply(reply);
    });
  }

  async addPrekeys(prekeys: readonly StoredPrekey[]): Promise<void> {
    this.#db.transaction(() => this.insertPrekeys(prekeys));
  }

  /** Adds prekeys inside a transaction that is already open. */
  insertPrekeys(prekeys: readonly StoredPrekey[]): void {
    for (const { kind, id, record } of prekeys) {
      this.#db.run('INSERT INTO prekeys VALUES (?, ?, ?, ?)', kind, id, record, this.#clock.now());
    }
  }

  async prekeyStatus(): Promise<PrekeyStatus> {
    const row = this.#db.get<{ last: number | null; signed: number | null }>(
      "SELECT max(id) AS last, max(CASE kind WHEN 'signed' THEN made_at_ms END) AS signed FROM prekeys",
    );
    return { nextId: (row?.last ?? 0) + 1, signedMadeAtMs: row?.signed ?? 0, isReset: false };
  }

  /** A phone's state is never reset. */
  async noteReset(): Promise<void> {}

  async forgetOld(beforeMs: number): Promise<void> {
    this.#db.transaction(() => {
      const replaced = "DELETE FROM prekeys WHERE made_at_ms < ? AND kind IN ('signed', 'kyber-last-resort')";
      this.#db.run(`${replaced} AND id < (SELECT max(id) FROM prekeys p WHERE p.kind = prekeys.kind)`, beforeMs);
      this.#db.run('DELETE FROM base_keys WHERE used_at_ms < ?', beforeMs);
      this.#db.run('DELETE FROM processed WHERE processed_at_ms < ?', beforeMs);
      this.#db.run('DELETE FROM peers WHERE used_at_ms < ?', beforeMs);
    });
  }

  #applyChanges({ peers, usedPrekeys, usedBaseKeys }: SignalChanges): void {
    for (const changed of peers) this.#writePeer(changed);
    for (const { kind, id } of usedPrekeys) this.#db.run('DELETE FROM prekeys WHERE kind = ? AND id = ?', kind, id);
    for (const { baseKey } of usedBaseKeys)
      this.#db.run('INSERT INTO base_keys VALUES (?, ?)', baseKey, this.#clock.now());
  }

  #writePeer({ peer, session, identityKey, expectedVersion }: ChangedPeer): void {
    const sql = `INSERT INTO peers (account_id, device_id, session, identity_key, version, used_at_ms) VALUES (?1, ?2, ?3, ?4, ?5 + 1, ?6)
      ON CONFLICT DO UPDATE SET session = ?3, identity_key = ?4, version = ?5 + 1, used_at_ms = ?6 WHERE version = ?5`;
    const { accountId, deviceId } = peer;
    const written = this.#db.run(sql, accountId, deviceId, session, identityKey, expectedVersion, this.#clock.now());
    if (written !== 1) throw new StaleSessionError('A session was changed by somebody else.');
  }

  #applyFailures(failed: readonly FailedItem[]): void {
    for (const { outboxId, messageId } of failed) {
      this.#db.run('DELETE FROM outbox WHERE outbox_id = ?', outboxId);
      if (messageId) this.#setOwnState(messageId, 'failed', ['queued', 'sent']);
    }
  }

  #applyEvent(event: ReceivedEvent): void {
    switch (event.kind) {
      case 'message': {
        const { from, message, messageId, storedAtMs } = event;
        // The same message under a new envelope (a retry that was not needed) is not shown twice.
        const content = encode(ContentSchema, { body: { case: 'message', value: message } });
        const sql = `INSERT INTO messages (chat, from_me, message_id, account_id, at_ms, content, state)
          VALUES (?, 0, ?, ?, ?, ?, 'received') ON CONFLICT DO NOTHING`;
        this.#db.run(sql, from.phoneNumber, messageId, from.accountId, storedAtMs, content);
        this.#db.run('DELETE FROM typing WHERE chat = ?', from.phoneNumber);
        return;
      }
      case 'delivered':
        return this.#setOwnState(event.messageId, 'delivered', ['queued', 'sent']);
      case 'undeliverable':
        return this.#setOwnState(event.messageId, 'failed', ['queued', 'sent']);
      case 'read':
        for (const messageId of event.messageIds) this.#markRead(event.from.phoneNumber, messageId);
        return;
      case 'played':
        for (const messageId of event.messageIds) this.#markPlayed(event.from.phoneNumber, messageId);
        return;
      case 'typing':
        this.#db.run('INSERT OR REPLACE INTO typing VALUES (?, ?)', event.from.phoneNumber, event.atMs);
        return;
      case 'retry-requested':
        return this.#queueAgain(event);
      case 'flow-answer':
        return takeFlowAnswer(this.#db, this.#clock, event);
      // A preference and what a phone asks about a flow concern only businesses.
      case 'preference':
      case 'flow-request':
      case 'undecryptable':
        return;
    }
  }

  /** Whoever has read a message has read what they got before it (contract section 2.8). Only its recipient can say so. */
  #markRead(chat: PhoneNumber, messageId: MessageId): void {
    const own = "UPDATE messages SET state = 'read' WHERE from_me = 1 AND chat = ?";
    this.#db.run(`${own} AND message_id = ? AND state IN ('queued', 'sent', 'delivered')`, chat, messageId);
    const position = 'SELECT position FROM messages WHERE from_me = 1 AND chat = ? AND message_id = ?';
    this.#db.run(`${own} AND state = 'delivered' AND position < (${position})`, chat, chat, messageId);
  }

  #markPlayed(chat: PhoneNumber, messageId: MessageId): void {
    const sql = `UPDATE messages SET state = 'played' WHERE from_me = 1 AND chat = ? AND message_id = ? AND state <> 'failed'`;
    this.#db.run(sql, chat, messageId);
  }

  #setOwnState(messageId: MessageId, state: string, from: readonly string[]): void {
    const marks = from.map(() => '?').join(', ');
    this.#db.run(
      `UPDATE messages SET state = ? WHERE from_me = 1 AND message_id = ? AND state IN (${marks})`,
      state,
      messageId,
      ...from,
    );
  }

  /** Sends again what was asked for, unless it arrived after all, or is too old. */
  #queueAgain({ messageId, requester, attempt }: ReceivedEvent & { kind: 'retry-requested' }): void {
    const oldestMs = this.#clock.now() - limits.messageTtlMs;
    const sql = `INSERT INTO outbox (to_account_id, only_device, content, message_id, attempt, expires_at_ms)
      SELECT ?, ?, own_content, message_id, ?, at_ms + ? FROM
        (SELECT content AS own_content, message_id, at_ms FROM messages
         WHERE from_me = 1 AND message_id = ? AND chat = ? AND state IN ('queued', 'sent') AND at_ms > ?)`;
    this.#db.run(
      sql,
      requester.accountId,
      requester.deviceId,
      attempt,
      limits.messageTtlMs,
      messageId,
      requester.phoneNumber,
      oldestMs,
    );
  }

  #queueReply(reply: OutgoingEnvelope): void {
    if (reply.type !== EnvelopeType.RETRY_REQUEST) throw new Error('Only a retry request needs no session.');
    const sql = `INSERT INTO outbox (to_account_id, content, attempt, expires_at_ms, envelopes) VALUES (?, x'', 0, ?, ?)`;
    this.#db.run(sql, reply.recipient.accountId, this.#clock.now() + limits.messageTtlMs, encodeOutgoing([reply]));
  }
}

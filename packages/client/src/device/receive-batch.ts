import {
  accountIdFromBytes,
  ContentSchema,
  decode,
  encode,
  envelopeIdFromBytes,
  EnvelopeType,
  limits,
  newEnvelopeId,
  NoticeKind,
  parseDeviceId,
  parseMessageId,
  parsePhoneNumber,
  parseUsername,
  RetryRequestSchema,
  uuidToBytes,
  type Delivery,
  type EnvelopeId,
  type FlowRequest,
  type MessageId,
  type Notice,
  type PhoneNumber,
  type ReadReceipt,
  type ReceivedEnvelope,
} from '@postern/protocol';
import {
  deviceKey,
  signRetryRequest,
  Stage,
  unfrank,
  verifyRetryRequest,
  type Ciphertext,
  type DeviceName,
  type LocalDevice,
  type PeerCache,
} from '@postern/signal';
import type { ClientLog } from '../client-log.ts';
import type {
  DeviceStore,
  OutgoingEnvelope,
  ProcessedEnvelope,
  ReceivedBatch,
  ReceivedEvent,
  Sender,
} from './device-store.ts';
import { parseEnvelopeId } from './envelope-id.ts';

interface ReceiveOptions {
  readonly deliveries: readonly Delivery[];
  readonly local: LocalDevice;
  readonly store: DeviceStore;
  readonly cache: PeerCache;
  readonly now: number;
  readonly log: ClientLog;
}

interface Incoming {
  readonly envelopeId: EnvelopeId;
  readonly from: Sender;
  readonly storedAtMs: number;
  readonly type: EnvelopeType;
  readonly ciphertext: Uint8Array;
  readonly commitment: Uint8Array;
}

/** What a batch came to, and how each of its deliveries is to be acknowledged. */
export interface Received {
  readonly batch: ReceivedBatch;
  readonly stage: Stage;
  readonly positions: readonly bigint[];
  readonly unreadable: readonly bigint[];
}

/**
 * Works out what a batch of deliveries means, on a stage, in order. Envelopes already dealt with are dropped
 * before any decrypting: libsignal's "duplicate" does not mean "already processed". Whatever cannot be read is
 * an outcome too, with a signed retry request where that can help. Writes nothing.
 * @throws only what the store throws: then nothing may be acknowledged
 */
export async function receiveBatch(options: ReceiveOptions): Promise<Received> {
  const { deliveries, local, store, cache } = options;
  const parsed = deliveries.map(({ item }) => (item.case === 'envelope' ? parseIncoming(item.value) : null));
  const incoming = parsed.filter((envelope) => envelope !== null);
  const known = await store.findProcessed(incoming.map(({ envelopeId }) => envelopeId));
  const readable = new Map(known.map(({ envelopeId, isReadable }) => [envelopeId, isReadable]));
  const senders = new Map(incoming.map(({ from }) => [deviceKey(from), from as DeviceName]));
  const blocked = await store.findBlocked?.([...new Set(incoming.map(({ from }) => from.phoneNumber))]);
  const reading = new Reading(options, await Stage.load(local, cache, [...senders.values()]), blocked);
  const positions: bigint[] = [];
  const unreadable: bigint[] = [];
  for (const [index, { position, item }] of deliveries.entries()) {
    const envelope = parsed[index];
    if (item.case === 'notice') reading.notice(item.value);
    else if (!envelope) options.log.warn({}, 'the transport delivered something that is no envelope');
    else if (!readable.has(envelope.envelopeId)) readable.set(envelope.envelopeId, await reading.envelope(envelope));
    const isReadable = !envelope || readable.get(envelope.envelopeId);
    (isReadable ? positions : unreadable).push(position);
  }
  return { batch: reading.result(), stage: reading.stage, positions, unreadable };
}

function parseIncoming({
  sender,
  senderPhoneNumber,
  senderUsername,
  storedAtMs,
  envelope,
}: ReceivedEnvelope): Incoming | null {
  const accountId = sender && accountIdFromBytes(sender.accountId);
  const deviceId = sender && parseDeviceId(sender.deviceId);
  const phoneNumber = parsePhoneNumber(senderPhoneNumber);
  const envelopeId = envelope && envelopeIdFromBytes(envelope.envelopeId);
  if (!accountId || !deviceId || !phoneNumber || !envelopeId) return null;
  const { type, ciphertext, commitment } = envelope;
  return {
    envelopeId,
    from: { accountId, deviceId, phoneNumber, username: parseUsername(senderUsername) },
    storedAtMs: Number(storedAtMs),
    type,
    ciphertext,
    commitment,
  };
}

/** What the batch has come to so far. */
class Reading {
  readonly stage: Stage;
  readonly #options: ReceiveOptions;
  readonly #blocked: ReadonlySet<PhoneNumber>;
  readonly #processed: ProcessedEnvelope[] = [];
  readonly #events: ReceivedEvent[] = [];
  readonly #replies: OutgoingEnvelope[] = [];

  constructor(options: ReceiveOptions, stage: Stage, blocked: ReadonlySet<PhoneNumber> = new Set()) {
    this.#options = options;
    this.stage = stage;
    this.#blocked = blocked;
  }

  result(): ReceivedBatch {
    return { changes: this.stage.changes(), processed: this.#processed, events: this.#events, replies: this.#replies };
  }

  notice({ kind, envelopeId: bytes, recipient, atMs }: Notice): void {
    const envelopeId = envelopeIdFromBytes(bytes);
    const messageId = envelopeId && parseEnvelopeId(envelopeId)?.messageId;
    const accountId = recipient && accountIdFromBytes(recipient.accountId);
    const deviceId = recipient && parseDeviceId(recipient.deviceId);
    // A notice about a receipt or a retry request concerns nobody.
    if (!messageId || !accountId || !deviceId) return;
    const about = { messageId, recipient: { accountId, deviceId }, atMs: Number(atMs) };
    if (kind === NoticeKind.DELIVERED) this.#events.push({ kind: 'delivered', ...about });
    if (kind === NoticeKind.UNDELIVERABLE) this.#events.push({ kind: 'undeliverable', ...about });
  }

  /** Deals with one envelope; false when it could not be read. */
  async envelope(envelope: Incoming): Promise<boolean> {
    const isReadable = await this.#read(envelope);
    this.#processed.push({ envelopeId: envelope.envelopeId, isReadable });
    return isReadable;
  }

  async #read(envelope: Incoming): Promise<boolean> {
    const { from, storedAtMs, envelopeId, commitment, type } = envelope;
    if (type === EnvelopeType.RETRY_REQUEST) {
      this.#retryRequest(envelope);
      return true;
    }
    const kind: Ciphertext['kind'] = type === EnvelopeType.PREKEY_MESSAGE ? 'prekey-message' : 'message';
    const decrypted = await this.stage.decrypt(from, { kind, bytes: envelope.ciphertext }, storedAtMs);
    // After decrypting, so that the session is the one to go on with when they are heard again. What is acknowledged
    // as unreadable gives the sender no notice.
    if (this.#blocked.has(from.phoneNumber)) return false;
    if (decrypted.kind === 'plaintext') {
      const content = unfrank(decrypted.plaintext, commitment);
      return (content && this.#content(envelope, content)) || this.#unreadable(envelope, 'malformed');
    }
    if (decrypted.kind !== 'undecryptable') return this.#unreadable(envelope, decrypted.kind);
    const name = parseEnvelopeId(envelopeId);
    if (name && name.attempt < limits.maxRetriesPerMessage && decrypted.errorMessage.length > 0) {
      this.#replies.push(
        this.#askAgain(from, { envelopeId, attempt: name.attempt + 1, errorMessage: decrypted.errorMessage }),
      );
    }
    return this.#unreadable(envelope, decrypted.reason);
  }

  /** Reads the content into an event; false when it is none. */
  #content({ from, storedAtMs }: Incoming, bytes: Uint8Array): boolean {
    const body = decode(ContentSchema, bytes)?.body;
    if (body?.case === 'message') {
      const messageId = parseMessageId(body.value.messageId);
      if (messageId) this.#events.push({ kind: 'message', from, storedAtMs, message: body.value, messageId });
      return messageId !== null;
    }
    if (body?.case === 'readReceipt') this.#receipt(from, body.value);
    else if (body?.case === 'typing') this.#events.push({ kind: 'typing', from, atMs: storedAtMs });
    else if (body?.case === 'marketingPreference')
      this.#events.push({ kind: 'preference', from, isStopped: body.value.isStopped, atMs: storedAtMs });
    else if (body?.case === 'flowAnswer') this.#events.push({ kind: 'flow-answer', from, answer: body.value });
    else if (body?.case === 'flowRequest') return this.#flowRequest(from, body.value);
    else return false;
    return true;
  }

  #flowRequest(from: Sender, request: FlowRequest): boolean {
    const messageId = parseMessageId(request.messageId);
    if (messageId) this.#events.push({ kind: 'flow-request', from, request, messageId });
    return messageId !== null;
  }

  #receipt(from: Sender, { messageIds, playedMessageIds, readAtMs }: ReadReceipt): void {
    const [read, played] = [messageIds, playedMessageIds].map((ids) =>
      ids.map(parseMessageId).filter((id) => id !== null),
    ) as [MessageId[], MessageId[]];
    const atMs = Number(readAtMs);
    if (read.length > 0) this.#events.push({ kind: 'read', from, messageIds: read, readAtMs: atMs });
    if (played.length > 0) this.#events.push({ kind: 'played', from, messageIds: played, playedAtMs: atMs });
  }

  #unreadable({ from, envelopeId }: Incoming, reason: (ReceivedEvent & { kind: 'undecryptable' })['reason']): false {
    this.#options.log.warn({ reason, envelopeId }, 'an envelope could not be read');
    this.#events.push({ kind: 'undecryptable', from, envelopeId, reason });
    return false;
  }

  #askAgain(
    to: DeviceName,
    request: { envelopeId: EnvelopeId; attempt: number; errorMessage: Uint8Array },
  ): OutgoingEnvelope {
    const { local } = this.#options;
    const signature = signRetryRequest(local.keys, { requester: local, sender: to, ...request });
    const { attempt, errorMessage } = request;
    const ciphertext = encode(RetryRequestSchema, {
      envelopeId: uuidToBytes(request.envelopeId),
      attempt,
      errorMessage,
      signature,
    });
    const recipient = { accountId: to.accountId, deviceId: to.deviceId };
    return {
      recipient,
      envelopeId: newEnvelopeId(),
      type: EnvelopeType.RETRY_REQUEST,
      ciphertext,
      commitment: new Uint8Array(),
      expiresAtMs: 0,
    };
  }

  /** Only the peer itself can ask, at most five times, and only for a message: anything else changes nothing. */
  #retryRequest({ from, ciphertext }: Incoming): void {
    const { local, log } = this.#options;
    const request = decode(RetryRequestSchema, ciphertext);
    const envelopeId = request && envelopeIdFromBytes(request.envelopeId);
    const identityKey = this.stage.identityKeyOf(from);
    if (!request || !envelopeId || !identityKey) return log.warn({}, 'a retry request could not be read');
    const { attempt, errorMessage, signature } = request;
    const statement = { requester: from, sender: local, envelopeId, errorMessage, attempt };
    if (!verifyRetryRequest(identityKey, statement, signature)) return log.warn({}, 'a retry request was forged');
    const name = parseEnvelopeId(envelopeId);
    if (!name || attempt !== name.attempt + 1 || attempt > limits.maxRetriesPerMessage) return;
    this.#events.push({ kind: 'retry-requested', messageId: name.messageId, requester: from, attempt });
  }
}

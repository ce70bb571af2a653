import type {
  AccountId,
  DeviceId,
  EnvelopeId,
  EnvelopeType,
  FlowAnswer,
  FlowRequest,
  Message,
  MessageId,
  PhoneNumber,
} from '@postern/protocol';
import type { DeviceName, SignalChanges, SignalSource, StoredPrekey, UndecryptableReason } from '@postern/signal';

/** One ciphertext on its way to one device. */
export interface OutgoingEnvelope {
  readonly recipient: DeviceName;
  readonly envelopeId: EnvelopeId;
  readonly type: EnvelopeType;
  readonly ciphertext: Uint8Array;
  /** 32 bytes; empty for a retry request. */
  readonly commitment: Uint8Array;
  /** From here on the transport is not to deliver it; 0 for as late as may be. */
  readonly expiresAtMs: number;
}

/** Names a row of the store's outbox; rises with time. */
export type OutboxId = number;

/** Something accepted for sending and not yet encrypted. */
export interface QueuedItem {
  readonly outboxId: OutboxId;
  readonly to: { readonly phoneNumber: PhoneNumber } | { readonly accountId: AccountId };
  /** The encoded Content that goes inside the ciphertext. */
  readonly content: Uint8Array;
  /** The message it carries; null for receipts. */
  readonly messageId: MessageId | null;
  /** 0 for the first sending. From 1 on it answers a retry request: to that one device, in a fresh session. */
  readonly attempt: number;
  readonly onlyDevice: DeviceId | null;
  readonly expiresAtMs: number;
  /** Why it must not be sent; it is only there to fail. */
  readonly failure: SendFailure | null;
  /** The identity that its recipient must still have, as {@link identityKeyHash} gives it. */
  readonly identityKeyHash: string | null;
}

/** An outbox row whose envelopes are made: from here on these very bytes are sent, never others. */
export interface EncryptedItem {
  readonly outboxId: OutboxId;
  readonly envelopes: readonly OutgoingEnvelope[];
}

/** Why a message will never arrive. */
export type SendFailure =
  | 'unknown-recipient'
  | 'recipient-gone'
  | 'expired'
  | 'bad-recipient-keys'
  | 'identity-changed'
  // The recipient's identity is not the one that the sender expects.
  | 'identity-mismatch'
  // A business is not to send this to this person, or not now.
  | 'window-closed'
  | 'marketing-stopped'
  | 'limit-reached'
  | 'blocked';

export interface FailedItem {
  readonly outboxId: OutboxId;
  readonly messageId: MessageId | null;
  readonly failure: SendFailure;
}

/** The outcome of encrypting a batch. */
export interface EncryptedBatch {
  readonly changes: SignalChanges;
  readonly items: readonly EncryptedItem[];
  readonly failed: readonly FailedItem[];
}

/** Who sent something, as the transport vouches for it. */
export interface Sender extends DeviceName {
  readonly phoneNumber: PhoneNumber;
  /** The name that their account had taken when they sent; null or absent for none. */
  readonly username?: string | null;
}

/** What a delivery turned out to be. */
export type ReceivedEvent =
  | {
      readonly kind: 'message';
      readonly from: Sender;
      readonly storedAtMs: number;
      readonly message: Message;
      readonly messageId: MessageId;
    }
  | {
      readonly kind: 'read';
      readonly from: Sender;
      readonly messageIds: readonly MessageId[];
      readonly readAtMs: number;
    }
  | {
      /** Voice notes were played for the first time. */
      readonly kind: 'played';
      readonly from: Sender;
      readonly messageIds: readonly MessageId[];
      readonly playedAtMs: number;
    }
  | {
      /** The sender was writing when the transport took this; of no use some seconds later. */
      readonly kind: 'typing';
      readonly from: Sender;
      readonly atMs: number;
    }
  | {
      /** Whether the sender wants marketing messages. */
      readonly kind: 'preference';
      readonly from: Sender;
      readonly isStopped: boolean;
      readonly atMs: number;
    }
  | {
      /** A phone asks about a flow. */
      readonly kind: 'flow-request';
      readonly from: Sender;
      readonly request: FlowRequest;
      readonly messageId: MessageId;
    }
  | { readonly kind: 'flow-answer'; readonly from: Sender; readonly answer: FlowAnswer }
  | { readonly kind: 'delivered'; readonly messageId: MessageId; readonly recipient: DeviceName; readonly atMs: number }
  | {
      readonly kind: 'undeliverable';
      readonly messageId: MessageId;
      readonly recipient: DeviceName;
      readonly atMs: number;
    }
  | {
      readonly kind: 'retry-requested';
      readonly messageId: MessageId;
      readonly requester: Sender;
      readonly attempt: number;
    }
  | {
      readonly kind: 'undecryptable';
      readonly from: Sender;
      readonly envelopeId: EnvelopeId;
      readonly reason: UndecryptableReason | 'identity-changed';
    };

/** An envelope that is dealt with, and whether it could be read. */
export interface ProcessedEnvelope {
  readonly envelopeId: EnvelopeId;
  readonly isReadable: boolean;
}

/** The outcome of receiving a batch. */
export interface ReceivedBatch {
  readonly changes: SignalChanges;
  /** Envelopes that are dealt with; remembered as long as the transport may bring them again. */
  readonly processed: readonly ProcessedEnvelope[];
  readonly events: readonly ReceivedEvent[];
  /** Signed retry requests to send; they need no session. */
  readonly replies: readonly OutgoingEnvelope[];
}

/**
 * Where a device keeps its state: SQLite for a person, PostgreSQL for a business's number. Every `commit…` is
 * ONE transaction, or it throws and nothing of it happened; a commit whose outcome is unknown throws as well,
 * and the device then reads everything again. A store whose device was taken over throws FencedError.
 */
export interface DeviceStore extends SignalSource {
  /** Items waiting to be encrypted, oldest first. */
  loadQueued(limit: number): Promise<readonly QueuedItem[]>;
  /** Items encrypted earlier and not known to be sent, oldest first, after the given one. */
  loadEncrypted(after: OutboxId, limit: number): Promise<readonly EncryptedItem[]>;
  /** Sessions, ciphertexts and failures. Nothing of the batch may leave before this resolves (I4). */
  commitEncrypted(batch: EncryptedBatch): Promise<void>;
  /** The transport holds these: drops their ciphertexts. */
  commitSent(sent: readonly OutboxId[], failed: readonly FailedItem[]): Promise<void>;
  /** Which of these envelopes are dealt with already. */
  findProcessed(envelopeIds: readonly EnvelopeId[]): Promise<readonly ProcessedEnvelope[]>;
  /** Whom of these senders nobody wants to hear: what they send is dealt with, and no notice tells them that it came. */
  findBlocked?(senders: readonly PhoneNumber[]): Promise<ReadonlySet<PhoneNumber>>;
  /** Sessions, prekeys, messages, receipts and replies. Nothing of the batch may be acknowledged before this resolves. */
  commitReceived(batch: ReceivedBatch): Promise<void>;
  /** Keeps the private halves before the public ones are published. */
  addPrekeys(prekeys: readonly StoredPrekey[]): Promise<void>;
  /** The ids to give to new prekeys, and when the signed ones were made; 0 for never. */
  prekeyStatus(): Promise<PrekeyStatus>;
  /** The transport has the prekeys that were added since the reset. */
  noteReset(): Promise<void>;
  /** Forgets reusable prekeys replaced before this time, and peers silent since then. */
  forgetOld(beforeMs: number): Promise<void>;
}

export interface PrekeyStatus {
  readonly nextId: number;
  /** 0 when there is none. */
  readonly signedMadeAtMs: number;
  /** Whether all private halves are gone: what the transport has of public ones is to be replaced. */
  readonly isReset: boolean;
}

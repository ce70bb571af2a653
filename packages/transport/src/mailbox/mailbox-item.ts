import type { EnvelopeId, EnvelopeType } from '@postern/protocol';
import type { Address } from '../address.ts';

/** An envelope on its way into a mailbox. */
export interface OutgoingEnvelope {
  readonly recipient: Address;
  readonly envelopeId: EnvelopeId;
  readonly type: EnvelopeType;
  readonly ciphertext: Uint8Array;
  readonly commitment: Uint8Array;
  /** When its sender wants it forgotten; null for as late as may be. */
  readonly expiresAtMs: number | null;
}

interface Stored {
  /** Whose mailbox it is in. */
  readonly owner: Address;
  readonly envelopeId: EnvelopeId;
  readonly storedAtMs: number;
  /** From here on it is not delivered. */
  readonly expiresAtMs: number;
}

export interface StoredEnvelope extends Stored {
  readonly kind: 'envelope';
  readonly sender: Address;
  readonly senderPhoneNumber: string;
  /** Null when the sender has taken none. */
  readonly senderUsername: string | null;
  readonly type: EnvelopeType;
  readonly ciphertext: Uint8Array;
  readonly commitment: Uint8Array;
}

/** What became of an envelope that the owner of the mailbox sent. */
export interface StoredNotice extends Stored {
  readonly kind: 'delivered' | 'undeliverable';
  readonly recipient: Address;
}

/** What a mailbox holds, before it has its place there. */
export type NewItem = StoredEnvelope | StoredNotice;

/** What a mailbox holds, at its position. */
export type MailboxItem = NewItem & { readonly position: number };

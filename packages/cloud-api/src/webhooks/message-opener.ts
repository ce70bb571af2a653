import type { Message, MessageId, PhoneNumber } from '@postern/protocol';

/** A stored message, opened. */
export interface OpenedMessage {
  /** The person it came from or went to. */
  readonly person: PhoneNumber;
  /** What the business asked to get back with every status. */
  readonly callbackData: string | null;
  /** Its sender name is the person's profile name. */
  readonly message: Message;
}

/** Opens the sealed messages that webhook events name. */
export interface MessageOpener {
  /** The messages of these references, in their order; null for each that is expired or gone. */
  openAll(
    phoneNumberId: string,
    refs: readonly { messageId: MessageId; sentByBusiness: boolean; acceptedS: number }[],
  ): Promise<readonly (OpenedMessage | null)[]>;
}

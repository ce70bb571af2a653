import { ContentSchema, decode, type Content, type Message, type MessageId, type PhoneNumber } from '@postern/protocol';
import type { MessageUser } from '../user-ids/user-id.ts';
import type { MessageCategory, MessageRecord, MediaSource } from '../messages/message-record.ts';

/** A stored message, opened. Its content is decoded when it is first looked at: most events do not need it. */
export class OpenedMessage {
  /** The person it came from or went to. */
  readonly person: PhoneNumber;
  /** What the business asked to get back with every status. */
  readonly callbackData: string | null;
  /** Null for inbound messages. */
  readonly category: MessageCategory | null;
  /** Of an inbound message: under which ids the business can fetch the attachments, in their order. */
  readonly media: readonly MediaSource[];
  /** The identity that the business expected the person to have. */
  readonly identityKeyHash: string | null;
  /** How the business knew the person when the message was accepted; null when it had no user id of them. */
  readonly user: MessageUser | null;
  /** Until when it may be read. */
  readonly keptUntilMs: number;
  readonly #encoded: Uint8Array;
  #content: Content | null = null;

  constructor(record: MessageRecord, keptUntilMs: number) {
    const { person, callbackData, category, media, identityKeyHash, content, user = null } = record;
    this.person = person;
    this.callbackData = callbackData;
    this.category = category;
    this.media = media;
    this.identityKeyHash = identityKeyHash;
    this.user = user;
    this.keptUntilMs = keptUntilMs;
    this.#encoded = content;
  }

  get contentBytes(): number {
    return this.#encoded.length;
  }

  get body(): Content['body'] {
    this.#content ??= decode(ContentSchema, this.#encoded);
    return this.#content?.body ?? { case: undefined };
  }

  /** Its sender name is the person's profile name. @throws TypeError when the content is no message */
  get message(): Message {
    if (this.body.case !== 'message') throw new TypeError('This content is no message.');
    return this.body.value;
  }
}

/** Opens the sealed messages that webhook events name. */
export interface MessageOpener {
  /** The messages of these references, in their order; null for each that is expired or gone. */
  openAll(
    phoneNumberId: string,
    refs: readonly { messageId: MessageId; sentByBusiness: boolean; acceptedS: number }[],
  ): Promise<readonly (OpenedMessage | null)[]>;
}

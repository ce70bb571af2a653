import type { MessageInitShape, MessageSchema, PhoneNumber } from '@postern/protocol';
import type { PhoneNumberNode } from '../../access/introspection.ts';
import type { MediaUse } from '../../messages/media-use.ts';
import type { MessageCategory } from '../../messages/message-record.ts';
import type { Services } from '../operation.ts';
import type { Parameters } from '../parameters.ts';

export type MessageBody = NonNullable<MessageInitShape<typeof MessageSchema>['body']>;

/** What a request wants said. */
export interface OutgoingMessage {
  /** With an attachment still to be made for each of the media. */
  readonly body: MessageBody;
  readonly media: readonly MediaUse[];
  readonly category: MessageCategory;
  /** For how long it is tried to deliver it; as long as it is kept when null. */
  readonly ttlMs: number | null;
  /** The template that it is made of. */
  readonly templateId: string | null;
}

/** Whom the message is for, and from which number. */
export interface Chat {
  readonly services: Services;
  readonly node: PhoneNumberNode;
  readonly to: PhoneNumber;
}

/** Reads the parameters of one type of message. @throws GraphError */
export type ParseMessage = (parameters: Parameters, chat: Chat) => OutgoingMessage | Promise<OutgoingMessage>;

/** A message that is no template: it goes out while the customer-service window is open. */
export function freeForm(body: MessageBody, media: readonly MediaUse[] = []): OutgoingMessage {
  return { body, media, category: 'service', ttlMs: null, templateId: null };
}

import {
  ContentSchema,
  encode,
  type Forwarding,
  type MessageId,
  type MessageInitShape,
  type MessageSchema,
  type PhoneNumber,
} from '@postern/protocol';

/** Any content that a message can have. */
export type Said = NonNullable<MessageInitShape<typeof MessageSchema>['body']>;

interface Circumstances {
  readonly to: PhoneNumber;
  /** The message that this one answers, and the product of it that an enquiry is about. */
  readonly quote?: {
    readonly messageId: MessageId;
    readonly fromMe: boolean;
    readonly product?: { readonly catalogId: string; readonly productRetailerId: string };
  };
  readonly forwarding?: Forwarding;
}

/** What somebody says: a text, or anything else that a message can hold. */
export type Saying = Circumstances &
  ({ readonly text: { readonly body: string; readonly previewUrl?: boolean } } | { readonly body: Said });

/** The encoded Content of a saying. */
export function encodeSaying(
  saying: Saying,
  { messageId, senderName, nowMs }: { messageId: MessageId; senderName: string; nowMs: number },
): Uint8Array {
  const { quote, forwarding } = saying;
  const body: Said = 'body' in saying ? saying.body : { case: 'text', value: { ...saying.text } };
  const value: MessageInitShape<typeof MessageSchema> = {
    messageId,
    sentAtMs: BigInt(nowMs),
    senderName,
    body,
    ...(quote && { quote }),
    ...(forwarding !== undefined && { forwarding }),
  };
  return encode(ContentSchema, { body: { case: 'message', value } });
}

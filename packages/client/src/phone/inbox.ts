import { decode, encodeWamid, ContentSchema, type MessageId, type PhoneNumber } from '@postern/protocol';
import type { PhoneDatabase } from './phone-database.ts';

export type InboxState = 'received' | 'seen' | 'queued' | 'sent' | 'delivered' | 'read' | 'played' | 'failed';

/** One message as a phone shows it, in the Cloud API's own words. */
export interface InboxItem {
  /** The wamid, the same one that the business sees. */
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly from: PhoneNumber;
  readonly to: PhoneNumber;
  /** Unix seconds. */
  readonly timestamp: string;
  readonly sender_name: string;
  readonly type: string;
  readonly text?: { readonly body: string; readonly preview_url: boolean };
  readonly context?: { readonly id: string };
  /** Of an incoming message: received, then seen. Of one's own: queued, sent, delivered, read, played or failed. */
  readonly state: InboxState;
}

interface MessageRow {
  chat: PhoneNumber;
  from_me: number;
  message_id: MessageId;
  at_ms: number;
  content: Uint8Array;
  state: InboxState;
}

/** What the phone shows, oldest first. */
export function listInbox(db: PhoneDatabase, owner: PhoneNumber): InboxItem[] {
  return db.all<MessageRow>('SELECT * FROM messages ORDER BY position').map((row) => toItem(row, owner));
}

function toItem(
  { chat, from_me: fromMe, message_id: messageId, at_ms: atMs, content, state }: MessageRow,
  owner: PhoneNumber,
): InboxItem {
  const said = decode(ContentSchema, content)?.body;
  const message = said?.case === 'message' ? said.value : null;
  const mine = fromMe === 1;
  const { body, quote, senderName = '' } = message ?? {};
  return {
    id: encodeWamid({ phoneNumber: owner, sentByBusiness: !mine, messageId }),
    direction: mine ? 'out' : 'in',
    from: mine ? owner : chat,
    to: mine ? chat : owner,
    timestamp: String(Math.floor(atMs / 1000)),
    sender_name: senderName,
    type: body?.case ?? 'unsupported',
    ...(body?.case === 'text' && { text: { body: body.value.body, preview_url: body.value.previewUrl } }),
    ...(quote && { context: { id: quotedWamid(owner, quote, mine) } }),
    state,
  };
}

function quotedWamid(owner: PhoneNumber, quote: { messageId: string; fromMe: boolean }, mine: boolean): string {
  // "From me" is said by whoever quotes; the business sent it when exactly one of the two is not this person.
  const sentByBusiness = mine ? !quote.fromMe : quote.fromMe;
  return encodeWamid({ phoneNumber: owner, sentByBusiness, messageId: quote.messageId as MessageId });
}

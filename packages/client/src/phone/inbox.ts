import {
  contextWords,
  encodeWamid,
  limits,
  messageWords,
  type Attachment,
  type ContextWords,
  type MessageId,
  type MessageReference,
  type MessageWords,
  type PhoneNumber,
} from '@postern/protocol';
import { messageIn } from './chats.ts';
import type { PhoneDatabase } from './phone-database.ts';

export type InboxState = 'received' | 'seen' | 'queued' | 'sent' | 'delivered' | 'read' | 'played' | 'failed';

/** One message as a phone shows it: the Cloud API's own words for its type, and what stands around them. */
export interface InboxItem extends MessageWords {
  /** The wamid, the same one that the business sees. */
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly from: PhoneNumber;
  readonly to: PhoneNumber;
  /** Unix seconds. */
  readonly timestamp: string;
  readonly sender_name: string;
  readonly text?: { readonly body: string; readonly preview_url?: boolean };
  readonly context?: ContextWords;
  /** Of an incoming message: received, then seen, and a voice note played. Of one's own: queued, sent, delivered, read, played or failed. */
  readonly state: InboxState;
}

interface MessageRow {
  position: number;
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

/** Who is seen to be writing at this moment. */
export function listTyping(db: PhoneDatabase, nowMs: number): PhoneNumber[] {
  const sql = 'SELECT chat FROM typing WHERE since_ms > ? ORDER BY since_ms, chat';
  return db.all<{ chat: PhoneNumber }>(sql, nowMs - limits.typingShownMs).map(({ chat }) => chat);
}

/** Names an attachment of a message on this phone: the message's place, and the attachment's in the message. */
export function mediaIdOf(position: number, index: number): string {
  return `${position}-${index}`;
}

function toItem(row: MessageRow, owner: PhoneNumber): InboxItem {
  const { chat, from_me: fromMe, message_id: messageId, at_ms: atMs, state, position } = row;
  const message = messageIn(row.content);
  const mine = fromMe === 1;
  const wamid = (reference: MessageReference) => wamidOf(owner, mine, reference);
  const attachment = (_: Attachment, index: number) => ({ id: mediaIdOf(position, index) });
  // "From me" is said by whoever wrote the message.
  const numberOf = (theirs: boolean) => (mine === theirs ? owner : chat);
  const context = message && contextWords(message, { wamid, numberOf });
  return {
    id: wamidOf(owner, mine, { messageId, fromMe: true }),
    direction: mine ? 'out' : 'in',
    from: mine ? owner : chat,
    to: mine ? chat : owner,
    timestamp: String(Math.floor(atMs / 1000)),
    sender_name: message?.senderName ?? '',
    ...(message ? messageWords(message, { wamid, attachment }) : { type: 'unsupported' }),
    ...(context && { context }),
    state,
  };
}

/** A chat's wamids bear this phone's number; whoever else is in it counts as the business. */
function wamidOf(owner: PhoneNumber, mine: boolean, { messageId, fromMe }: MessageReference): string {
  return encodeWamid({ phoneNumber: owner, sentByBusiness: mine !== fromMe, messageId });
}

import type { ReceivedEvent } from '@postern/client';
import { ContentSchema, decode, parseMessageId } from '@postern/protocol';
import type { MessageCounter } from '../analytics/message-counter.ts';
import type { Tap } from '../analytics/message-counts.ts';
import { findQuickReply } from '../analytics/quick-replies.ts';
import type { MessageRecord } from '../messages/message-record.ts';
import { findOwn, findSentTo } from './own-messages.ts';

type OwnMessages = Parameters<typeof findOwn>[0];
type MessageEvent = ReceivedEvent & { kind: 'message' };

/** Counts taps on the quick replies of templates, for those whom the message with the button went to. */
export async function countTaps(
  receiving: OwnMessages & { readonly counter: MessageCounter },
  events: readonly MessageEvent[],
): Promise<void> {
  const taps: Tap[] = [];
  for (const { from, message, storedAtMs } of events) {
    const { body, quote } = message;
    if (body.case !== 'reply' || body.value.reply.case !== 'quick' || !quote || quote.fromMe) continue;
    const messageId = parseMessageId(quote.messageId);
    const own = messageId && (await findOwn(receiving, messageId));
    const record = own && (await findSentTo(receiving, own, from));
    const button = record && findTapped(record, body.value.reply.value.text);
    if (record && button !== null) taps.push({ record, button, atMs: storedAtMs });
  }
  await receiving.counter.countTaps(receiving.tx, taps);
}

/** Only by its place among the buttons that were sent: the words are whatever a phone says they are. */
function findTapped({ content }: MessageRecord, text: string): number | null {
  const sent = decode(ContentSchema, content)?.body;
  if (sent?.case !== 'message' || sent.value.body.case !== 'template') return null;
  return findQuickReply(sent.value.body.value.json, text);
}

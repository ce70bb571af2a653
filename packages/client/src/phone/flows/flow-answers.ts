import { randomBytes } from 'node:crypto';
import { limits, type Clock, type FlowFilePiece, type MessageId } from '@postern/protocol';
import type { ReceivedEvent } from '../../device/device-store.ts';
import type { PhoneDatabase } from '../phone-database.ts';
import { queueContent } from '../queue.ts';
import { encodeSaying } from '../saying.ts';
import { failed, startFlow, takeScreen, type FlowSession, type FlowStep } from './flow-session.ts';
import { findAsking, keepFlow, readFile, type StoredFlow } from './flow-sessions.ts';

/** What a flow's endpoint or its business has answered, inside the transaction that commits what was received. */
export function takeFlowAnswer(
  db: PhoneDatabase,
  clock: Clock,
  { from, answer }: ReceivedEvent & { kind: 'flow-answer' },
): void {
  const found = findAsking(db, answer.requestId);
  // Answered already, closed since, or by somebody else.
  if (found?.session.accountId !== from.accountId) return;
  const { case: kind, value } = answer.answer;
  if (kind === 'file') return takePiece(db, clock, { found, piece: value });
  if (kind === 'failure') return keepFlow(db, clock, { ...found, session: failed(found.session, value) });
  const file = kind === 'screen' ? readFile(found.file) : null;
  if (kind === 'screen' && file)
    keepStep(db, clock, { step: takeScreen(found.session, file, value), file: found.file });
  else keepFlow(db, clock, { ...found, session: failed(found.session, { reason: 'unavailable', text: '' }) });
}

/** Adds a piece to the file; when it is whole, the flow begins. */
function takePiece(
  db: PhoneDatabase,
  clock: Clock,
  { found: { session, file }, piece }: { found: StoredFlow; piece: FlowFilePiece },
): void {
  const { size, offset, bytes } = piece;
  const isNext = offset === file.length && bytes.length > 0 && size <= limits.maxFlowJsonBytes;
  const whole = isNext ? Buffer.concat([file, bytes]) : Buffer.alloc(0);
  if (isNext && whole.length < size)
    return keepFlow(db, clock, { session, file: whole }, { case: 'file', value: { offset: whole.length } });
  const read = readFile(whole);
  if (read) keepStep(db, clock, { step: startFlow(session, read), file: whole });
  else keepFlow(db, clock, { session: failed(session, { reason: 'unavailable', text: '' }), file: whole });
}

/** Keeps what has become of a flow, asks what it asks and says what it says, inside the caller's transaction. */
export function keepStep(db: PhoneDatabase, clock: Clock, { step, file }: { step: FlowStep; file: Uint8Array }): void {
  const { session, request, reply } = step;
  const json = request && JSON.stringify(request.data);
  const asked = request && ({ case: 'data', value: { ...request, json: json ?? '{}' } } as const);
  keepFlow(db, clock, { session, file }, asked);
  if (reply) sayReply(db, clock, { session, responseJson: JSON.stringify(reply) });
}

function sayReply(
  db: PhoneDatabase,
  clock: Clock,
  { session, responseJson }: { session: FlowSession; responseJson: string },
): void {
  const messageId = `3A${randomBytes(9).toString('hex').toUpperCase()}` as MessageId;
  const nowMs = clock.now();
  const form = { case: 'form', value: { name: 'flow', body: 'Sent', responseJson } } as const;
  const quote = { messageId: session.messageId, fromMe: false };
  const saying = { to: session.chat, quote, body: { case: 'reply', value: { reply: form } } } as const;
  const content = encodeSaying(saying, { messageId, senderName: session.senderName, nowMs });
  const shown =
    "INSERT INTO messages (chat, from_me, message_id, at_ms, content, state) VALUES (?, 1, ?, ?, ?, 'queued')";
  db.run(shown, session.chat, messageId, nowMs, content);
  queueContent(db, clock, { to: { phoneNumber: session.chat }, content, messageId });
}

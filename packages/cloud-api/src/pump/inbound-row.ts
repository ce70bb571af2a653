import type { Sender } from '@postern/client';
import type { Transaction } from '@postern/postgres';
import type { AccountId, MessageId, PhoneNumber } from '@postern/protocol';
import type { MessageCounter } from '../analytics/message-counter.ts';
import { encodeMessageRecord, type MediaSource } from '../messages/message-record.ts';
import { messageRow } from '../messages/stored-messages.ts';
import type { SealedStorage } from '../sealed-storage.ts';
import { epochOf, type Lifetime } from '../sealing/sealer.ts';
import type { CountedDay } from '../statistics/contributions.ts';
import type { Subject } from '../subjects/subject.ts';
import { StaleSubjectError } from '../subjects/subjects.ts';
import { toMessageUser, type KnownUser, type MessageUser } from '../user-ids/user-id.ts';
import type { ClaimedNumber } from './number-claim.ts';

/** What a batch of deliveries is stored with. */
export interface Receiving {
  readonly tx: Transaction;
  readonly number: ClaimedNumber;
  /** How long the number's messages are kept. */
  readonly retentionHours: number;
  /** By which identity keys the senders are known, where the business wants to be told. */
  readonly identities: ReadonlyMap<AccountId, string>;
  readonly storage: SealedStorage;
  /** Everybody who speaks in the batch. */
  readonly people: ReadonlyMap<PhoneNumber, Subject>;
  /** How the business knows them. */
  readonly users: ReadonlyMap<PhoneNumber, KnownUser>;
  /** Counts messages for the statistics. */
  readonly today: CountedDay;
  /** Counts what becomes of the number's own messages, for its business. */
  readonly counter: MessageCounter;
  readonly nowMs: number;
}

/** @throws StaleSubjectError */
export function subjectOf({ people }: Receiving, { phoneNumber }: Pick<Sender, 'phoneNumber'>): Subject {
  const subject = people.get(phoneNumber);
  if (!subject) throw new StaleSubjectError('A sender has no subject.');
  return subject;
}

function userOf(
  { users }: Receiving,
  { phoneNumber, username }: Pick<Sender, 'phoneNumber' | 'username'>,
): MessageUser {
  const user = users.get(phoneNumber);
  if (!user) throw new StaleSubjectError('A sender has no user id.');
  return { ...toMessageUser(user), ...(username && { username }) };
}

/** What is kept of something that came in. */
interface InboundContent {
  readonly from: Pick<Sender, 'phoneNumber' | 'username'> & { readonly accountId: AccountId | null };
  readonly messageId: MessageId;
  readonly content: Uint8Array;
  /** Under which ids the business can fetch its attachments. */
  readonly media?: readonly MediaSource[];
  /** How the business knows the sender, unless as it now does. */
  readonly user?: MessageUser;
}

/** A row of `messages`, sealed. */
export async function inboundRow(
  receiving: Receiving,
  { from, messageId, content, media = [], user = userOf(receiving, from) }: InboundContent,
  lifetime: Lifetime,
): Promise<unknown[]> {
  const { sealer } = receiving.storage;
  const { phoneNumberId } = receiving.number;
  const subject = subjectOf(receiving, from);
  const { phoneNumber: person, accountId } = from;
  const identityKeyHash = accountId === null ? null : (receiving.identities.get(accountId) ?? null);
  const ours = { callbackData: null, category: null, media, identityKeyHash, ttlMs: null, templateId: null };
  const record = encodeMessageRecord({ person, accountId, ...ours, content, user });
  const row = messageRow(messageId, false);
  const place = { table: 'messages', column: 'sealed', phoneNumberId, row, epoch: epochOf(lifetime) };
  const key = subject.sealKey(await sealer.timeKey(lifetime), sealer.numberKey(phoneNumberId));
  const sealed = sealer.seal(key, place, record);
  const acceptedS = lifetime.sinceMs / 1000;
  return [phoneNumberId, messageId, false, acceptedS, 'received', sealed, lifetime.retentionHours, subject.id];
}

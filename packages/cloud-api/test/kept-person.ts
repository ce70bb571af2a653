import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  ContentSchema,
  decode,
  encode,
  type AccountId,
  type DeviceId,
  type MessageId,
  type UserId,
  type PhoneNumber,
} from '@postern/protocol';
import { AcceptQueue } from '../src/messages/accept-queue.ts';
import { newMessageId } from '../src/messages/message-id.ts';
import { MessageReader } from '../src/messages/message-reader.ts';
import { claimNumbers } from '../src/pump/number-claim.ts';
import { NumberStore } from '../src/pump/number-store.ts';
import { queueRetry } from '../src/pump/statements.ts';
import { SendRules } from '../src/rules/send-rules.ts';
import type { SealedStorage } from '../src/sealed-storage.ts';
import { ana, type SealedRig } from './sealed-rig.ts';
import { atAnyTime } from './storage-rig.ts';

/** What each way of reading gives; null when it gives nothing. */
export type Reading = Readonly<Record<string, string | null>>;

const inboundText = 'from the person';
const outboundText = 'to the person';

interface DealOptions {
  readonly retentionHours: number;
  readonly person?: PhoneNumber;
  readonly phoneNumberId?: string;
  readonly prekeyId?: number;
}

let workers = 0;

/**
 * Has a number deal with a person once, in every way there is, through the code that does it: they write, are answered,
 * ask for the answer again, and are sent a receipt that waits. Two apps, 77 and 78, are to be told of it.
 */
export async function dealWith(rig: SealedRig, options: DealOptions) {
  const { retentionHours, person = ana, phoneNumberId = '501', prekeyId = 1 } = options;
  const { db, storage, clock } = rig;
  const device = { accountId: randomUUID() as AccountId, deviceId: 1 as DeviceId };
  await storage.keyring.createNumberKey(phoneNumberId);
  await db.execute("INSERT INTO subscribed_apps VALUES ('900', '77'), ('900', '78') ON CONFLICT DO NOTHING");
  await db.execute('UPDATE numbers SET retention_hours = $1 WHERE phone_number_id = $2', [
    retentionHours,
    phoneNumberId,
  ]);
  workers += 1;
  const number = (await claimNumbers(db, workers)).find((each) => each.phoneNumberId === phoneNumberId);
  assert.ok(number);
  const storeBy = (by: SealedStorage) => {
    const rules = new SendRules({ ...by, hasServiceWindow: true, maxFirstContacts: null });
    return new NumberStore({ db, storage: by, rules, number });
  };
  const nowMs = clock.now();
  const acceptedS = Math.floor(nowMs / 1000);
  const [inboundId, outboundId] = [newMessageId(nowMs), newMessageId(nowMs)];
  const message = messageOf(inboundId, inboundText);
  const from = { ...device, phoneNumber: person };
  await storeBy(storage).commitReceived({
    changes: {
      peers: [{ peer: device, session: Buffer.alloc(500, 1), identityKey: Buffer.alloc(33, 2), expectedVersion: 0 }],
      usedPrekeys: [],
      usedBaseKeys: [],
    },
    processed: [{ envelopeId: randomUUID() as never, isReadable: true }],
    events: [{ kind: 'message', from, storedAtMs: nowMs, messageId: inboundId, message }],
    replies: [],
  });
  await storeBy(storage).addPrekeys([{ kind: 'signed', id: prekeyId, record: Buffer.alloc(64, 3) }]);
  const accepts = new AcceptQueue({ db, ...storage });
  const item = { phoneNumberId, acceptedS, retentionHours, to: person };
  const content = encode(ContentSchema, { body: { case: 'message', value: messageOf(outboundId, outboundText) } });
  await accepts.acceptMessage({ ...item, messageId: outboundId, content, ...atAnyTime });
  await accepts.acceptReceipt({ ...item, accountId: device.accountId, ttlMs: null, content: Buffer.from('read it') });
  const retry = [phoneNumberId, outboundId, acceptedS, 1, device.accountId, device.deviceId, nowMs];
  await db.transaction((tx) => tx.prepared('outbox.queue-retry', queueRetry, retry));
  const subjectIds = await storage.subjects.findAll(phoneNumberId, person, nowMs);
  const userId = (await storage.userIds.findUser(phoneNumberId, subjectIds))?.id as UserId;
  return { phoneNumberId, person, userId, prekeyId, inboundId, outboundId, acceptedS, device, storeBy };
}

export type Dealings = Awaited<ReturnType<typeof dealWith>>;

function messageOf(messageId: MessageId, body: string) {
  return { messageId, senderName: 'Ana', body: { case: 'text', value: { body } } } as never;
}

/** What a process reads of the messages with Ana at number 501, in every way. */
export async function readMessages(
  { db, personExport }: SealedRig,
  by: SealedStorage,
  { inboundId, outboundId, acceptedS, storeBy }: Dealings,
): Promise<Reading> {
  const messages = new MessageReader({ db, stored: by.stored });
  const refs = [
    { messageId: inboundId, sentByBusiness: false, acceptedS },
    { messageId: outboundId, sentByBusiness: true, acceptedS },
  ];
  const [inbound, outbound] = await messages.openAll('501', refs);
  const queued = await storeBy(by).loadQueued(10);
  const [first, receipt, again] = queued.map(({ content }) => (content.length > 0 ? content : null));
  const { items } = await personExport.page('900', ana, null);
  const exported = items.flatMap((each) => (each.kind === 'message' ? (each.text?.body ?? '') : []));
  return {
    'the sender, for a read receipt':
      (await messages.findMessage('501', { messageId: inboundId, sentByBusiness: false }))?.person ?? null,
    'the inbound message, for a webhook': textOf(inbound?.message),
    'the outbound message, for a webhook': textOf(outbound?.message),
    'what is to be sent': first ? textOfContent(first) : null,
    'what is to be sent again': again ? textOfContent(again) : null,
    'the receipt that waits': receipt ? Buffer.from(receipt).toString() : null,
    'the export': exported.length > 0 ? exported.toSorted().join(', ') : null,
  };
}

/** {@link readMessages} of messages that may be read. */
export const readableMessages: Reading = {
  'the sender, for a read receipt': ana,
  'the inbound message, for a webhook': inboundText,
  'the outbound message, for a webhook': outboundText,
  'what is to be sent': outboundText,
  'what is to be sent again': outboundText,
  'the receipt that waits': 'read it',
  'the export': `${inboundText}, ${outboundText}`,
};

/** What a process reads of the person and the number beside their messages, which is kept as long as anything may be. */
export async function readKeys(
  rig: SealedRig,
  by: SealedStorage,
  { device: peer, storeBy, userId }: Dealings,
): Promise<Reading> {
  const store = storeBy(by);
  const [session] = await store.loadPeers([peer]);
  const prekey = await store.findPrekey('signed', 1);
  const people = await by.subjects.findAll('501', ana, rig.storage.clock.now());
  return {
    'the session': session ? `${session.session?.length} bytes` : null,
    'the prekey': prekey ? `${prekey.record.length} bytes` : null,
    'who the person is': people.length > 0 ? `${people.length} subject` : null,
    'whom the user id leads to': (await by.userIds.find('501', userId))?.person ?? null,
  };
}

/** {@link readKeys} of what may be read. */
export const readableKeys: Reading = {
  'the session': '500 bytes',
  'the prekey': '64 bytes',
  'who the person is': '1 subject',
  'whom the user id leads to': ana,
};

/** The same ways, with nothing at their ends. */
export function nothingOf(reading: Reading): Reading {
  return Object.fromEntries(Object.keys(reading).map((way) => [way, null]));
}

function textOf(message: { body: { case?: string | undefined; value?: unknown } } | undefined): string | null {
  return message?.body.case === 'text' ? (message.body.value as { body: string }).body : null;
}

function textOfContent(content: Uint8Array): string | null {
  const body = decode(ContentSchema, content)?.body;
  return body?.case === 'message' ? textOf(body.value) : null;
}

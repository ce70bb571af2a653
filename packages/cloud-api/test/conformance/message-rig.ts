import assert from 'node:assert/strict';
import {
  ContentSchema,
  decode,
  decodeWamid,
  encode,
  encodeWamid,
  messageWords,
  newAccountId,
  parseMessageId,
  type PhoneNumber,
} from '@postern/protocol';
import type { CloudApiConfig } from '../../src/config.ts';
import { ensurePartitions } from '../../src/messages/partitions.ts';
import { storedMessageColumns, type StoredMessage } from '../../src/messages/stored-messages.ts';
import type { SealedStorage } from '../../src/sealed-storage.ts';
import { bookingFlow } from '../flow-files.ts';
import { startRig, type Answer, type Rig } from '../http-rig.ts';
import { fileOf, upload } from '../media-rig.ts';
import { atAnyTime, openTestStorage, storeSealed } from '../storage-rig.ts';
import { changed, type Changes, type Suite } from './suite.ts';

/** To whom everything goes. */
export const person = '16505551234' as PhoneNumber;
const stranger = '16505550000' as PhoneNumber;

/** A registered number that has had a conversation, and what is stored of it. */
export async function startMessageRig(config: Partial<CloudApiConfig> = {}) {
  const rig = await startRig({ config: { rateLimits: false, ...config } });
  await rig.register(rig.bank);
  const storage = await openTestStorage(rig);
  const post = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    rig.graph('POST', `/${rig.bank.phoneNumberId}/messages`, { body, headers });
  const made = await makeConversation(rig, storage, post);
  return {
    rig,
    post,
    /** The media that requests name: id → what stands for it in them. */
    uploaded: new Map(Object.keys(fileTypes).map((name) => [made.get(name) ?? '', name])),
    /** The suite's valid request with its changes, and with what the server made in its place. */
    requestOf(suite: Suite, changes: Changes): Record<string, unknown> {
      const around = 'messaging_product' in suite.valid ? {} : { messaging_product: 'whatsapp', to: person };
      return fillIn(changed({ ...around, ...suite.valid }, changes), made) as Record<string, unknown>;
    },
    /** What was stored of a message that was accepted, in the contract's words, with what its media are to be made of. */
    async openWords(wamid: string): Promise<{ type: string }> {
      const { messageId, phoneNumber } = decodeWamid(wamid)!;
      const rows = await rig.db.query<StoredMessage>(
        `SELECT ${storedMessageColumns} FROM messages
         WHERE phone_number_id = $1 AND message_id = $2 AND sent_by_business`,
        [rig.bank.phoneNumberId, messageId],
      );
      const [record] = await storage.stored.openAll(rig.bank.phoneNumberId, rows, 'sending');
      const body = record && decode(ContentSchema, record.content)?.body;
      assert.ok(body?.case === 'message');
      assert.equal(record?.person, phoneNumber);
      assert.equal(record.category === 'service', body.value.body.case !== 'template');
      return messageWords(body.value, {
        attachment: (_attachment, index) => {
          const { kind: _kind, ...source } = record.media[index] ?? {};
          return source;
        },
        wamid: ({ messageId: id, fromMe }) => encodeWamid({ phoneNumber, sentByBusiness: fromMe, messageId: id }),
      });
    },
    async stop() {
      await storage.close();
      await rig.stop();
    },
  };
}

export type MessageRig = Awaited<ReturnType<typeof startMessageRig>>;

/** What stands in requests for what the server made: `$inbound` → a wamid. */
async function makeConversation(
  rig: Rig,
  storage: SealedStorage,
  post: (body: unknown) => Promise<Answer>,
): Promise<ReadonlyMap<string, string>> {
  const send = async (message: object): Promise<string> => {
    const answer = await post({ messaging_product: 'whatsapp', to: person, ...message });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body.messages[0].id;
  };
  const inbound = await storeInbound(rig, storage);
  const { messageId } = decodeWamid(inbound)!;
  const unknown = parseMessageId('AB'.repeat(10))!;
  return new Map([
    ...(await uploadFiles(rig)),
    ...(await makeFlows(rig)),
    ['$inbound', inbound],
    ['$outbound', await send({ type: 'text', text: { body: 'Hello' } })],
    ['$reaction', await send({ type: 'reaction', reaction: { message_id: inbound, emoji: '👍' } })],
    ['$sender', rig.bank.phoneNumber],
    ['$unknown', encodeWamid({ phoneNumber: person, sentByBusiness: false, messageId: unknown })],
    ['$elsewhere', encodeWamid({ phoneNumber: stranger, sentByBusiness: false, messageId })],
  ]);
}

/** A flow that is published, by the name of booking, and one that is not. */
async function makeFlows(rig: Rig): Promise<[string, string][]> {
  const make = async (place: string, name: string, publish: boolean): Promise<[string, string]> => {
    const body = { name, categories: ['OTHER'], flow_json: JSON.stringify(bookingFlow), publish };
    const answer = await rig.graph('POST', `/${rig.bank.wabaId}/flows`, { body });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return [place, answer.body.id];
  };
  return [await make('$flow', 'booking', true), await make('$draft', 'coming', false)];
}

const fileTypes = {
  $image: 'image/png',
  $video: 'video/mp4',
  $gif: 'video/mp4',
  $audio: 'audio/ogg',
  $document: 'application/pdf',
  $sticker: 'image/webp',
} as const;

/** One file of each kind, and the id that it got. */
function uploadFiles(rig: Rig): Promise<(readonly [string, string])[]> {
  const uploads = Object.entries(fileTypes).map(async ([name, type]) => {
    const { status, body } = await upload(rig, fileOf(type), type);
    assert.equal(status, 200, JSON.stringify(body));
    return [name, body.id] as const;
  });
  return Promise.all(uploads);
}

/** Stores a message from the person, as the pump does. */
async function storeInbound(rig: Rig, storage: SealedStorage): Promise<string> {
  const messageId = parseMessageId('3A4A6599AEE038101440')!;
  const acceptedS = Math.floor(rig.clock.now() / 1000);
  await ensurePartitions(rig.db, rig.clock.now());
  const value = { messageId, body: { case: 'text', value: { body: 'Hi' } } } as const;
  const content = encode(ContentSchema, { body: { case: 'message', value } });
  const record = { person, accountId: newAccountId(), ...atAnyTime, content };
  const { phoneNumberId } = rig.bank;
  await storeSealed(rig.db, storage, { phoneNumberId, messageId, sentByBusiness: false, acceptedS, record });
  return encodeWamid({ phoneNumber: person, sentByBusiness: false, messageId });
}

function fillIn(value: unknown, made: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return made.get(value) ?? value;
  if (Array.isArray(value)) return value.map((each) => fillIn(each, made));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fillIn(each, made)]));
}

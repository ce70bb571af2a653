import assert from 'node:assert/strict';
import {
  constants,
  createCipheriv,
  createDecipheriv,
  generateKeyPairSync,
  privateDecrypt,
  randomBytes,
} from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { ContentSchema, encode, limits, type MessageId, type PhoneNumber } from '@postern/protocol';
import { DataExchange } from '../src/flows/exchange/data-exchange.ts';
import { encryptExchange } from '../src/flows/exchange/exchange-cipher.ts';
import { FlowResponder } from '../src/flows/exchange/flow-responder.ts';
import { Flows } from '../src/flows/flows.ts';
import type { Flow } from '../src/flows/flow.ts';
import { readFlowDocument } from '../src/flows/json/read-document.ts';
import { newMessageId } from '../src/messages/message-id.ts';
import { EndpointFetcher } from '../src/webhooks/endpoint.ts';
import { silent } from '../../../test/rigs/real-transport.ts';
import { bookingFlow } from './flow-files.ts';
import { atAnyTime } from './storage-rig.ts';
import { numberOf, startRig, untilShown } from './rig.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const businessKey = { publicKey, pem: '', isVouchedFor: true };
const endpointFlow = {
  ...bookingFlow,
  data_api_version: '3.0',
  routing_model: { FIRST: ['LAST'], LAST: [] },
};
const document = readFlowDocument(JSON.stringify(endpointFlow));

let server: Server;
let url = '';
/** What the endpoint does with a request; it never answers unless told. */
let answering: ((body: string) => { status: number; body: string }) | null = null;
before(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = answering?.(Buffer.concat(chunks).toString());
      if (answer) response.writeHead(answer.status).end(answer.body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

function flowAt(endpointUri: string): Flow {
  return {
    id: '1',
    wabaId: '1',
    place: 1,
    name: 'x',
    categories: ['OTHER'],
    status: 'PUBLISHED',
    appId: '7',
    endpointUri,
    document,
    previewSinceMs: null,
    updatedAtMs: 0,
  };
}

const asked = { action: 'INIT', screen: '', json: '{}' } as never;

function exchangeWith({
  allowLoopback = true,
  key = businessKey,
}: { allowLoopback?: boolean; key?: typeof businessKey | null } = {}) {
  return new DataExchange({
    encryption: { find: async () => key },
    fetcher: new EndpointFetcher({ allowLoopback, timeoutMs: 300 }),
    secrets: { signingSecret: async () => 'secret' },
  });
}

function ask(exchange: DataExchange, endpointUri = url) {
  return exchange.ask({ flow: flowAt(endpointUri), phoneNumberId: '1', token: 't', asked });
}

const failed = { case: 'failure', value: { reason: 'endpoint', text: '' } };

test('what is encrypted for an endpoint opens with its key alone, and the answer only with every bit of the vector flipped', () => {
  const plaintext = Buffer.from('{"action":"INIT"}');
  const { body, open } = encryptExchange(plaintext, publicKey);
  const [data, wrapped, vector] = [body.encrypted_flow_data, body.encrypted_aes_key, body.initial_vector].map((text) =>
    Buffer.from(text, 'base64'),
  ) as [Buffer, Buffer, Buffer];
  const key = privateDecrypt(
    { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    wrapped,
  );
  assert.deepEqual([key.length, vector.length], [16, 16]);
  const decipher = createDecipheriv('aes-128-gcm', key, vector).setAuthTag(data.subarray(-16));
  assert.deepEqual(Buffer.concat([decipher.update(data.subarray(0, -16)), decipher.final()]), plaintext);
  const answer = (iv: Uint8Array) => {
    const cipher = createCipheriv('aes-128-gcm', key, iv);
    return Buffer.concat([cipher.update('{"screen":"FIRST"}'), cipher.final(), cipher.getAuthTag()]).toString('base64');
  };
  const flipped = Buffer.from(vector.map((byte) => byte ^ 0xff));
  assert.equal(open(answer(flipped))?.toString(), '{"screen":"FIRST"}');
  assert.equal(open(answer(vector)), null);
  assert.equal(open(answer(randomBytes(16))), null);
  for (const garbage of ['', 'AAAA', 'ü', 'A'.repeat(64)]) assert.equal(open(garbage), null, garbage);
  const other = encryptExchange(plaintext, publicKey);
  assert.notEqual(other.body.encrypted_aes_key, body.encrypted_aes_key);
  assert.equal(other.open(answer(flipped)), null);
});

test('an endpoint that says nothing in time, stands inside or cannot be reached has failed, and so has one without a key', async () => {
  answering = null;
  const beganMs = performance.now();
  assert.deepEqual(await ask(exchangeWith()), failed);
  assert.ok(performance.now() - beganMs >= 290);
  let requests = 0;
  answering = () => {
    requests += 1;
    return { status: 200, body: '' };
  };
  assert.deepEqual(await ask(exchangeWith({ allowLoopback: false })), failed);
  assert.deepEqual(await ask(exchangeWith(), 'http://10.0.0.1/'), failed);
  assert.deepEqual(await ask(exchangeWith({ key: null })), failed);
  assert.deepEqual(await ask(exchangeWith({ key: { ...businessKey, isVouchedFor: false } })), failed);
  assert.equal(requests, 0);
  assert.deepEqual(await ask(exchangeWith()), failed);
  answering = () => ({ status: 200, body: 'A'.repeat(limits.maxWebhookResponseBytes + 1) });
  assert.deepEqual(await ask(exchangeWith()), failed);
  answering = () => ({ status: 302, body: '' });
  assert.deepEqual(await ask(exchangeWith()), failed);
});

test('who got the message may ask about its flow, nobody else; what was asked is forgotten when it is answered or too late', async () => {
  const rig = await startRig();
  try {
    const shop = await rig.registerNumber('501', numberOf('15550109501'));
    const worker = await rig.startWorker(71);
    const ana = await rig.openPhone('Ana', '15550100501');
    const ben = await rig.openPhone('Ben', '15550100502');
    for (const phone of [ana, ben]) {
      phone.say({ to: shop.phoneNumber, text: { body: 'Hello' } });
      await untilShown(phone, () => phone.inbox().some(({ state }) => state === 'delivered'));
    }
    const flows = new Flows({ db: rig.db, clock: rig.clock });
    const definition = {
      name: 'booking',
      categories: ['OTHER'] as const,
      endpointUri: null,
      document: readFlowDocument(JSON.stringify(bookingFlow)),
    };
    const flow = await flows.create({ wabaId: shop.wabaId, appId: '7', definition });
    await flows.publish(flow);
    const messageId = await sendFlow(rig, ana.phoneNumber, flow.id);
    await untilShown(ana, () => ana.inbox().some(({ type }) => type === 'interactive'));

    const makeResponder = () =>
      new FlowResponder({
        db: rig.db,
        storage: rig.storage,
        flows,
        exchange: exchangeWith(),
        acceptQueue: rig.accepts,
        workerId: 71,
        logger: silent,
      });
    const responder = makeResponder();
    await responder.start();
    const opened = ana.openFlow(messageId);
    assert.ok(opened);
    await untilShown(ana, () => ana.findFlow(opened.id)?.screen?.['id'] === 'FIRST');
    const waiting = () => rig.db.query('SELECT message_id FROM flow_requests');
    const kept = async () => (await rig.db.query('SELECT FROM messages WHERE NOT sent_by_business')).length;
    assert.deepEqual([await waiting(), await kept()], [[], 2]);

    // Ben's phone was meddled with: it has the message that Ana got.
    await ben.close();
    const [row] = await rig.db.query<{ account_id: string }>(
      "SELECT account_id FROM numbers WHERE phone_number_id = '501'",
    );
    rig.changePhone(
      '15550100502',
      `INSERT INTO messages (chat, from_me, message_id, account_id, at_ms, content, state)
       VALUES ('${shop.phoneNumber}', 0, '${messageId}', '${row?.account_id}', 0, x'${Buffer.from(flowMessage(messageId, flow.id)).toString('hex')}', 'seen')`,
    );
    const thief = await rig.openPhone('Ben', '15550100502');
    const stolen = thief.openFlow(messageId);
    assert.ok(stolen);
    await untilShown(thief, () => thief.findFlow(stolen.id)?.status === 'failed');
    assert.deepEqual(thief.findFlow(stolen.id)?.failure, { reason: 'unavailable', text: '' });
    await responder.stop();
    const late = ana.openFlow(messageId);
    assert.ok(late);
    await until(async () => (await waiting()).length === 1);
    assert.equal(await kept(), 3);
    rig.clock.setOffset(rig.clock.offsetMs + limits.flowRequestTtlMs);
    const next = makeResponder();
    await next.start();
    await until(async () => (await waiting()).length === 0);
    assert.equal(await kept(), 2);
    assert.equal(ana.findFlow(late.id)?.status, 'loading');
    await next.stop();
    await worker.stop();
  } finally {
    await rig.stop();
  }
});

/** A message that leads to a flow, as it travels. */
function flowMessage(messageId: MessageId, flowId: string): Uint8Array {
  const action = { name: 'flow', parameters: { flow_id: flowId, flow_cta: 'Book', flow_action: 'navigate' } };
  const json = JSON.stringify({ type: 'flow', body: { text: 'Book' }, action });
  const body = { case: 'interactive', value: { type: 'flow', json } } as const;
  const value = { messageId, sentAtMs: 0n, senderName: 'Shop', body };
  return encode(ContentSchema, { body: { case: 'message', value } });
}

async function sendFlow(
  rig: Awaited<ReturnType<typeof startRig>>,
  to: PhoneNumber,
  flowId: string,
): Promise<MessageId> {
  const now = rig.clock.now();
  const messageId = newMessageId(now);
  await rig.accepts.acceptMessage({
    phoneNumberId: '501',
    messageId,
    acceptedS: Math.floor(now / 1000),
    retentionHours: 720,
    to,
    content: flowMessage(messageId, flowId),
    ...atAnyTime,
  });
  return messageId;
}

async function until(look: () => Promise<boolean>): Promise<void> {
  const limit = AbortSignal.timeout(20_000);
  while (!(await look())) {
    if (limit.aborted) throw new Error('In vain');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

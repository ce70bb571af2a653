import { randomBytes } from 'node:crypto';
import assert from 'node:assert/strict';
import { WebSocket } from 'ws';
import {
  ClientFrameSchema,
  decode,
  encode,
  EnvelopeType,
  newEnvelopeId,
  ServerFrameSchema,
  uuidToBytes,
  type Delivery,
  type EnvelopeId,
  type ServerFrame,
} from '@postern/protocol';
import { encodeAddress, type Address } from '../src/address.ts';

type ClientBody = NonNullable<Parameters<typeof encode<typeof ClientFrameSchema>>[1]['body']>;
type Case = Exclude<ServerFrame['body']['case'], undefined>;
type Body<Name extends Case> = Extract<ServerFrame['body'], { case: Name }>['value'];

interface Waiter {
  matches: (frame: ServerFrame) => boolean;
  resolve: (frame: ServerFrame) => void;
  reject: (error: Error) => void;
}

/** One socket to the transport, as a client has it. */
export class TestClient {
  readonly socket: WebSocket;
  readonly closed: Promise<number>;
  readonly #frames: ServerFrame[] = [];
  readonly #waiters = new Set<Waiter>();
  #nextRequest = 1;

  constructor(url: string) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/v1/socket`);
    this.socket.on('message', (data: Buffer) => this.#take(decode(ServerFrameSchema, data)!));
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code) => {
        resolve(code);
        for (const { reject } of this.#waiters) reject(new Error(`the socket was closed (${code})`));
      });
    });
  }

  /** A socket that has said Hello. */
  static async open(url: string): Promise<TestClient> {
    const client = new TestClient(url);
    await client.opened();
    await client.ask('welcome', { case: 'hello', value: { protocolVersion: 1 } });
    return client;
  }

  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.once('open', resolve);
      this.socket.once('error', reject);
    });
  }

  #take(frame: ServerFrame): void {
    for (const waiter of this.#waiters) {
      if (!waiter.matches(frame)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(frame);
      return;
    }
    this.#frames.push(frame);
  }

  #wait(matches: Waiter['matches']): Promise<ServerFrame> {
    const index = this.#frames.findIndex(matches);
    if (index >= 0) return Promise.resolve(this.#frames.splice(index, 1)[0]!);
    return new Promise((resolve, reject) => this.#waiters.add({ matches, resolve, reject }));
  }

  /** The next pushed frame of this kind. */
  async pushed<Name extends Case>(name: Name): Promise<Body<Name>> {
    const frame = await this.#wait(({ requestId, body }) => requestId === 0 && body.case === name);
    return frame.body.value as Body<Name>;
  }

  /** Frames of this kind that have come and were not asked for. */
  waiting(name: Case): number {
    return this.#frames.filter(({ body }) => body.case === name).length;
  }

  /** Sends a request and returns its answer, whatever it is. */
  async request(body: ClientBody): Promise<ServerFrame['body']> {
    const requestId = this.#nextRequest++;
    this.send(body, requestId);
    return (await this.#wait((frame) => frame.requestId === requestId)).body;
  }

  /** Sends a request that must be answered in this way. */
  async ask<Name extends Case>(name: Name, body: ClientBody): Promise<Body<Name>> {
    const answer = await this.request(body);
    assert.equal(
      answer.case,
      name,
      JSON.stringify(answer.value, (_key, value) => (typeof value === 'bigint' ? Number(value) : value)),
    );
    return answer.value as Body<Name>;
  }

  send(body: ClientBody, requestId = 0): void {
    this.socket.send(encode(ClientFrameSchema, { requestId, body }));
  }

  async attach(device: { address: Address; secret: Buffer }, window = 0): Promise<Body<'accountAttached'>> {
    const value = { ...encodeAddress(device.address), secret: device.secret, window };
    return this.ask('accountAttached', { case: 'attachAccount', value });
  }

  async sendBatch(attachment: number, envelopes: readonly ReturnType<typeof newEnvelope>[]) {
    return this.ask('batchStored', { case: 'sendBatch', value: { attachment, envelopes: [...envelopes] } });
  }

  acknowledge(attachment: number, deliveries: readonly Delivery[]): void {
    this.send({ case: 'acknowledge', value: { attachment, positions: deliveries.map(({ position }) => position) } });
  }

  /** Waits until so many items have been delivered. */
  async deliveries(count: number): Promise<Delivery[]> {
    const all: Delivery[] = [];
    while (all.length < count) all.push(...(await this.pushed('deliverBatch')).deliveries);
    return all;
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}

export interface EnvelopeOptions {
  id?: EnvelopeId;
  bytes?: number;
  type?: EnvelopeType;
  /** 0 for the transport's own limit. */
  expiresAtMs?: number;
}

export function newEnvelope(recipient: Address, options: EnvelopeOptions = {}) {
  const { id = newEnvelopeId(), bytes = 200, type = EnvelopeType.MESSAGE, expiresAtMs = 0 } = options;
  const commitment = type === EnvelopeType.RETRY_REQUEST ? Buffer.alloc(0) : randomBytes(32);
  const envelope = { envelopeId: uuidToBytes(id), type, ciphertext: randomBytes(bytes), commitment };
  return { recipient: encodeAddress(recipient), envelope, expiresAtMs: BigInt(expiresAtMs) };
}

/** The envelope ids of deliveries, as text; notices carry the kind. */
export function idsOf(deliveries: readonly Delivery[]): string[] {
  return deliveries.map(({ item }) => {
    if (item.case === 'envelope') return Buffer.from(item.value.envelope!.envelopeId).toString('hex');
    return item.case === 'notice' ? `${item.value.kind}:${Buffer.from(item.value.envelopeId).toString('hex')}` : '';
  });
}

export function hexOf(outgoing: ReturnType<typeof newEnvelope>): string {
  return Buffer.from(outgoing.envelope.envelopeId).toString('hex');
}

import assert from 'node:assert/strict';
import type { PhoneNumber } from '@postern/protocol';
import type { SealedStorage } from '../../src/sealed-storage.ts';
import type { Answer, Business, Rig } from '../http-rig.ts';
import type { Ask, Caller, EndpointSuite, FilePart, Given, PartOfAsk } from './endpoint-suite.ts';

/** What placeholders stand for. */
type Names = Map<string, string>;

/** What stands around the suites. */
export interface Surroundings {
  readonly rig: Rig;
  readonly storage: SealedStorage;
  /** The URL of an endpoint that proves itself, and of one that does not. */
  readonly callback: string;
  readonly deafCallback: string;
}

/** A suite's own business in a running rig. */
export class EndpointSubject {
  readonly #around: Surroundings;
  readonly #own: Business;
  readonly #suite: EndpointSuite;
  readonly #names: Names;
  readonly #tokens: Record<Caller, string | null>;

  private constructor(around: Surroundings, { suite, own }: { suite: EndpointSuite; own: Business }) {
    const other = around.rig.bank;
    this.#around = around;
    this.#own = own;
    this.#suite = suite;
    this.#names = new Map([
      ...namesOf(own, ''),
      ...namesOf(other, 'other '),
      ['callback', around.callback],
      ['deaf callback', around.deafCallback],
    ]);
    this.#tokens = {
      'system user': own.token,
      app: `${own.appId}|${own.appSecret}`,
      'another business': other.token,
      nobody: null,
    };
  }

  /** Makes a business for the suite, and all that the suite says is given. */
  static async prepare(around: Surroundings, suite: EndpointSuite): Promise<EndpointSubject> {
    const { rig } = around;
    const first = await rig.createBusiness('Bakery');
    const second = suite.hasSecondAccount ? await addAccount(rig, first) : null;
    const own = { ...first, ...(second && { token: second.token }) };
    if (suite.isRegistered !== false) await rig.register(own);
    const subject = new EndpointSubject(around, { suite, own });
    if (second) subject.#names.set('second waba', second.wabaId);
    for (const given of suite.given ?? []) await subject.#make(given);
    return subject;
  }

  /** Makes a request; what it does not say is as the suite's endpoint says. */
  async ask(part: PartOfAsk): Promise<Answer> {
    const ask = this.complete(part);
    const { body, headers } = encodeBody(ask);
    const query = ask.query ? `?${new URLSearchParams(ask.query).toString()}` : '';
    return this.#around.rig.graph(ask.method, `/v25.0${ask.path}${query}`, {
      token: this.#tokens[ask.caller ?? this.#suite.caller ?? 'system user'],
      headers: { ...headers, ...ask.headers },
      ...(body !== undefined && { body }),
    });
  }

  /** The whole request, and the endpoint that it calls: `GET /{phone}/settings`. */
  complete(part: PartOfAsk): Ask & { called: string } {
    const [method, path] = this.#suite.endpoint.split(' ', 2) as [Ask['method'], string];
    const ask = { method, path, ...part };
    return { ...(this.#fillIn(ask) as Ask), called: `${ask.method} ${ask.path}` };
  }

  /** What is expected, with what placeholders in it stand for. */
  fillIn(expected: unknown): unknown {
    return this.#fillIn(expected);
  }

  async #make(given: Given): Promise<void> {
    if ('wrote' in given) return this.#write(given.wrote as PhoneNumber);
    if ('account' in given) return this.#addAccount(given.account);
    const { ask, as, member = 'id' } = given;
    const answer = await this.ask(ask);
    assert.equal(answer.status, 200, `${this.#suite.endpoint}, given: ${JSON.stringify(answer.body)}`);
    if (as === undefined) return;
    const value = member.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], answer.body);
    assert.equal(typeof value, 'string', `${this.#suite.endpoint}: ${as} has no ${member}`);
    this.#names.set(as, value as string);
  }

  /** As if the person had written just now. */
  async #write(person: PhoneNumber): Promise<void> {
    const { rig, storage } = this.#around;
    const { phoneNumberId } = this.#own;
    const nowMs = rig.clock.now();
    const subjects = await storage.subjects.resolve(phoneNumberId, [person], nowMs);
    await rig.db.query(
      'INSERT INTO conversations (phone_number_id, subject_id, last_inbound_at_ms) VALUES ($1, $2, $3)',
      [phoneNumberId, subjects.get(person)?.id, nowMs],
    );
  }

  /** With a token from then on that is good for both accounts. */
  async #addAccount(as: string): Promise<void> {
    const { admin } = this.#around.rig;
    const { businessId, appId, systemUserId, wabaId } = this.#own;
    const account = await admin('POST', `/v1/businesses/${businessId}/whatsapp-business-accounts`, {
      name: `Bakery ${as}`,
      currency: 'EUR',
      timezoneId: '42',
    });
    const id = String(account['id']);
    await admin('PUT', `/v1/apps/${appId}/whatsapp-business-accounts/${id}`);
    const { token } = await admin('POST', `/v1/system-users/${systemUserId}/tokens`, {
      appId,
      label: 'for both accounts',
      scopes: ['whatsapp_business_messaging', 'whatsapp_business_management'],
      wabaIds: [wabaId, id],
    });
    this.#names.set(as, id);
    this.#tokens['system user'] = String(token);
  }

  #nameOf(name: string): string | undefined {
    return name === 'code sent' ? this.#around.rig.codes.get(this.#own.phoneNumber) : this.#names.get(name);
  }

  #fillIn(value: unknown): unknown {
    if (typeof value === 'string')
      return value.replace(/\{([\w ]+)\}/g, (all, name: string) => this.#nameOf(name) ?? all);
    if (Array.isArray(value)) return value.map((each) => this.#fillIn(each));
    if (value === null || typeof value !== 'object' || value instanceof RegExp) return value;
    const filled = Object.create(Object.getPrototypeOf(value) as object) as Record<string, unknown>;
    for (const [name, each] of Object.entries(value)) filled[this.#fillIn(name) as string] = this.#fillIn(each);
    return filled;
  }
}

/** A second account of a business, and a token for both. */
async function addAccount(
  rig: Rig,
  { businessId, appId, systemUserId, wabaId }: Business,
): Promise<{ wabaId: string; token: string }> {
  const account = { name: 'Bakery, second account', currency: 'EUR', timezoneId: '42' };
  const { id } = await rig.admin('POST', `/v1/businesses/${businessId}/whatsapp-business-accounts`, account);
  await rig.admin('PUT', `/v1/apps/${appId}/whatsapp-business-accounts/${String(id)}`);
  const scopes = ['whatsapp_business_messaging', 'whatsapp_business_management'];
  const wabaIds = [wabaId, String(id)];
  const wanted = { appId, label: 'a token for both', scopes, wabaIds };
  const { token } = await rig.admin('POST', `/v1/system-users/${systemUserId}/tokens`, wanted);
  return { wabaId: String(id), token: String(token) };
}

function namesOf(business: Business, prefix: string): [string, string][] {
  return [
    [`${prefix}phone`, business.phoneNumberId],
    [`${prefix}number`, business.phoneNumber],
    [`${prefix}waba`, business.wabaId],
    [`${prefix}app`, business.appId],
    [`${prefix}secret`, business.appSecret],
    [`${prefix}token`, business.token],
    [`${prefix}business`, business.businessId],
    [`${prefix}user`, business.systemUserId],
  ];
}

function encodeBody({ json, form, multipart, raw }: Ask): { body?: unknown; headers: Record<string, string> } {
  if (json !== undefined) return { body: json, headers: { 'content-type': 'application/json' } };
  if (form !== undefined)
    return {
      body: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    };
  if (raw !== undefined) return { body: raw, headers: { 'content-type': 'application/octet-stream' } };
  if (multipart === undefined) return { headers: {} };
  const boundary = 'a-part-of-the-test';
  const parts = Object.entries(multipart).map(([name, part]) => `--${boundary}\r\n${encodePart(name, part)}\r\n`);
  return {
    body: `${parts.join('')}--${boundary}--\r\n`,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}

function encodePart(name: string, part: string | FilePart): string {
  if (typeof part === 'string') return `Content-Disposition: form-data; name="${name}"\r\n\r\n${part}`;
  const { name: filename, type, content } = part;
  return `Content-Disposition: form-data; name="${name}"; filename="${filename}"\r\nContent-Type: ${type}\r\n\r\n${content}`;
}

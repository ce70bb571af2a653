import assert from 'node:assert/strict';
import type { Answer, Business, Rig } from '../http-rig.ts';
import type { Ask, Caller, EndpointSuite, FilePart, Given, PartOfAsk } from './endpoint-suite.ts';

/** What placeholders stand for. */
type Names = Map<string, string>;

/** A suite's own business in a running rig. */
export class EndpointSubject {
  readonly #rig: Rig;
  readonly #suite: EndpointSuite;
  readonly #names: Names;
  readonly #tokens: Readonly<Record<Caller, string | null>>;

  private constructor(rig: Rig, { suite, own, other }: { suite: EndpointSuite; own: Business; other: Business }) {
    this.#rig = rig;
    this.#suite = suite;
    this.#names = new Map([...namesOf(own, ''), ...namesOf(other, 'other ')]);
    this.#tokens = {
      'system user': own.token,
      app: `${own.appId}|${own.appSecret}`,
      'another business': other.token,
      nobody: null,
    };
  }

  /** Makes a business for the suite, and all that the suite says is given. */
  static async prepare(rig: Rig, suite: EndpointSuite): Promise<EndpointSubject> {
    const own = await rig.createBusiness('Bakery');
    if (suite.isRegistered !== false) await rig.register(own);
    const subject = new EndpointSubject(rig, { suite, own, other: rig.bank });
    for (const given of suite.given ?? []) await subject.#make(given);
    return subject;
  }

  /** Makes a request; what it does not say is as the suite's endpoint says. */
  async ask(part: PartOfAsk): Promise<Answer> {
    const ask = this.complete(part);
    const { body, headers } = encodeBody(ask);
    const query = ask.query ? `?${new URLSearchParams(ask.query).toString()}` : '';
    return this.#rig.graph(ask.method, `/v25.0${ask.path}${query}`, {
      token: this.#tokens[ask.caller ?? 'system user'],
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

  async #make({ ask, as, member = 'id' }: Given): Promise<void> {
    const answer = await this.ask(ask);
    assert.equal(answer.status, 200, `${this.#suite.endpoint}, given: ${JSON.stringify(answer.body)}`);
    if (as === undefined) return;
    const value = member.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], answer.body);
    assert.equal(typeof value, 'string', `${this.#suite.endpoint}: ${as} has no ${member}`);
    this.#names.set(as, value as string);
  }

  #fillIn(value: unknown): unknown {
    if (typeof value === 'string')
      return value.replace(/\{([\w ]+)\}/g, (all, name: string) => this.#names.get(name) ?? all);
    if (Array.isArray(value)) return value.map((each) => this.#fillIn(each));
    if (value === null || typeof value !== 'object' || value instanceof RegExp) return value;
    const filled = Object.create(Object.getPrototypeOf(value) as object) as Record<string, unknown>;
    for (const [name, each] of Object.entries(value)) filled[name] = this.#fillIn(each);
    return filled;
  }
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

function encodeBody({ json, form, multipart }: Ask): { body?: unknown; headers: Record<string, string> } {
  if (json !== undefined) return { body: json, headers: { 'content-type': 'application/json' } };
  if (form !== undefined)
    return {
      body: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    };
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

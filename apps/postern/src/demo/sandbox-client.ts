import type { Ready } from '../instance/ready.ts';
import { DemoFailedError } from './demo-failed-error.ts';

/** What of an envelope in the transport's tables the demo shows. */
export interface ViewedEnvelope {
  senderPhoneNumber: string;
  recipientPhoneNumber: string;
  bytes: number;
  /** Base64. */
  ciphertext: string;
}

export interface PhoneMessage {
  id: string;
  state: string;
  text?: { body: string };
}

export interface SandboxPerson {
  name: string;
  waId: string;
  online: boolean;
}

/** Where an instance is, and what one shows there. */
type Entrance = Pick<
  Ready,
  'cloudApi' | 'sandbox' | 'accessToken' | 'sandboxToken' | 'phoneNumberId' | 'displayPhoneNumber'
>;

/** The HTTP interfaces of an instance, as anybody would use them. */
export class SandboxClient {
  readonly #ready: Entrance;

  constructor(ready: Entrance) {
    this.#ready = ready;
  }

  /** Sends a text as the business. Returns the wamid. */
  async sendText(to: string, body: string): Promise<string> {
    const { cloudApi, phoneNumberId, accessToken } = this.#ready;
    const message = { messaging_product: 'whatsapp', to, type: 'text', text: { body } };
    const url = `${cloudApi}/v23.0/${phoneNumberId}/messages`;
    return firstId(await call('POST', url, { token: accessToken, body: message }));
  }

  /** Says something as a person. Returns the wamid. */
  async say(waId: string, body: string): Promise<string> {
    const to = this.#ready.displayPhoneNumber;
    return firstId(await this.#sandbox('POST', `people/${waId}/messages`, { to, type: 'text', text: { body } }));
  }

  async listPeople(): Promise<SandboxPerson[]> {
    return ((await this.#sandbox('GET', 'people')) as { people: SandboxPerson[] }).people;
  }

  async setOffline(person: string, offline: boolean): Promise<void> {
    await this.#sandbox('POST', 'faults', { person, offline });
  }

  async markRead(waId: string): Promise<void> {
    await this.#sandbox('POST', `people/${waId}/read`);
  }

  /** A message as the phone shows it; null while it does not. */
  async findOnPhone(waId: string, id: string): Promise<PhoneMessage | null> {
    const { messages } = (await this.#sandbox('GET', `people/${waId}/inbox`)) as { messages: PhoneMessage[] };
    return messages.find((message) => message.id === id) ?? null;
  }

  /** The envelopes that wait for a number at the transport. */
  async listEnvelopesFor(phoneNumber: string): Promise<ViewedEnvelope[]> {
    const { envelopes } = (await this.#sandbox('GET', 'transport-view')) as { envelopes: ViewedEnvelope[] };
    return envelopes.filter((envelope) => envelope.recipientPhoneNumber === phoneNumber);
  }

  async sendWebhooksTo(url: string): Promise<void> {
    await this.#sandbox('POST', 'webhook', { url });
  }

  /** The last registration code that was sent to a number. */
  async findCode(phoneNumber: string): Promise<string> {
    const { codes } = (await this.#sandbox('GET', 'codes')) as { codes: { phoneNumber: string; code: string }[] };
    const sent = codes.findLast((one) => one.phoneNumber === phoneNumber);
    if (!sent) throw new DemoFailedError('A registration code did not arrive.');
    return sent.code;
  }

  #sandbox(method: string, path: string, body?: object): Promise<object> {
    const { sandbox, sandboxToken } = this.#ready;
    return call(method, `${sandbox}/${path}`, { token: sandboxToken, ...(body && { body }) });
  }
}

async function call(method: string, url: string, { token, body }: { token: string; body?: object }): Promise<object> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as object;
  if (response.status < 300) return answer;
  throw new DemoFailedError(
    `${method} ${new URL(url).pathname} was answered ${response.status}: ${JSON.stringify(answer)}`,
  );
}

function firstId(answer: object): string {
  const { messages } = answer as { messages?: { id: string }[] };
  const id = messages?.[0]?.id;
  if (id === undefined) throw new DemoFailedError(`No message id came: ${JSON.stringify(answer)}`);
  return id;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import type { Ready } from '../../src/instance/ready.ts';
import { Rig, temporaryFolder, until, type InboxMessage } from '../rig.ts';
import { Bot } from './bot.ts';
import type { NormalizedWebhook } from './receivers.ts';

/** A message on a phone, with whatever its type brings. */
export type Shown = InboxMessage & { readonly [member: string]: unknown };

type NormalizedMessage = NormalizedWebhook['messages'][number];
type NormalizedStatus = NormalizedWebhook['statuses'][number];

/** Makes a flow of one screen, as curl would, and publishes it. */
async function makeFlow({ cloudApi, accessToken, businessAccountId }: Ready): Promise<string> {
  const layout = {
    type: 'SingleColumnLayout',
    children: [{ type: 'Footer', label: 'Book', 'on-click-action': { name: 'complete', payload: {} } }],
  };
  const flow = { version: '7.3', screens: [{ id: 'FIRST', title: 'Book', terminal: true, layout }] };
  const response = await fetch(`${cloudApi}/v25.0/${businessAccountId}/flows`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}` },
    body: new URLSearchParams({
      name: 'clients',
      categories: '["OTHER"]',
      flow_json: JSON.stringify(flow),
      publish: 'true',
    }),
  });
  return ((await response.json()) as { id: string }).id;
}

interface SentCodes {
  readonly codes: readonly { readonly phoneNumber: string; readonly code: string }[];
}

/** One real instance, a bot at the end of its webhooks, and the clients pointed at it as their manuals say. */
export class ClientsRig {
  readonly rig: Rig;
  readonly bot: Bot;
  /** `@kapso/whatsapp-cloud-api`. */
  readonly kapso: WhatsAppClient;
  /** What every call of `@whatsapp-cloudapi/client` wants to be told. */
  readonly cloudApiClient: { accessToken: string; from: string; baseUrl: string };
  /** A published flow. */
  readonly flowId: string;
  readonly dataDir: string;
  readonly #folder: ReturnType<typeof temporaryFolder>;

  private constructor(
    rig: Rig,
    bot: Bot,
    { folder, flowId }: { folder: ReturnType<typeof temporaryFolder>; flowId: string },
  ) {
    const { cloudApi, accessToken, phoneNumberId } = rig.ready;
    this.rig = rig;
    this.bot = bot;
    this.kapso = new WhatsAppClient({ baseUrl: cloudApi, accessToken });
    this.cloudApiClient = { accessToken, from: phoneNumberId, baseUrl: cloudApi };
    this.dataDir = folder.dir;
    this.flowId = flowId;
    this.#folder = folder;
  }

  static async start(): Promise<ClientsRig> {
    const folder = temporaryFolder();
    const rig = await Rig.start(folder.dir, '--https');
    const bot = await Bot.start(rig.ready);
    const { status } = await rig.sandbox('POST', '/webhook', { url: bot.url, verifyToken: rig.ready.verifyToken });
    if (status !== 200) throw new Error('the handshake failed');
    return new ClientsRig(rig, bot, { folder, flowId: await makeFlow(rig.ready) });
  }

  async stop(): Promise<void> {
    await this.rig.stop();
    this.bot.stop();
    this.#folder.remove();
  }

  get ready(): Ready {
    return this.rig.ready;
  }

  /** What the sandbox remembers of its business. */
  sandboxState(): { business: { pin: string } } {
    return JSON.parse(readFileSync(join(this.dataDir, 'sandbox.json'), 'utf8'));
  }

  /** The registration code that the number was sent last. */
  async untilCode(): Promise<string> {
    const digits = this.ready.displayPhoneNumber.replace(/\D/g, '');
    const { code } = await until('the code comes', async () => {
      const { codes } = (await this.rig.sandbox('GET', '/codes')).body as SentCodes;
      return codes.findLast(({ phoneNumber }) => phoneNumber === digits);
    });
    return code;
  }

  /** A new person, who has written to the business, so that the business may answer anything. */
  async newPerson(name: string): Promise<string> {
    const { body } = await this.rig.sandbox('POST', '/people', { name });
    await this.untilSaid(body.waId, { type: 'text', text: { body: 'Good morning' } });
    return body.waId;
  }

  /** Says something as a person. Returns it as kapso's receiver gave it to the bot. */
  async untilSaid(waId: string, message: { type: string; [field: string]: unknown }): Promise<NormalizedMessage> {
    const to = this.ready.displayPhoneNumber;
    return this.#untilHeard(message.type, `/people/${waId}/messages`, { to, ...message });
  }

  /** Waits until a message is on a phone. */
  untilShown(waId: string, id: string): Promise<InboxMessage> {
    return this.rig.untilOnPhone(waId, id, 'received');
  }

  /** Waits until a phone shows that the business is writing. */
  async untilTyping(waId: string): Promise<void> {
    const from = this.ready.displayPhoneNumber.replace(/\D/g, '');
    await until(`${waId}'s phone shows that the business writes`, async () => {
      const { typing } = (await this.rig.sandbox('GET', `/people/${waId}/inbox`)).body as {
        typing: { from: string }[];
      };
      return typing.some((each) => each.from === from);
    });
  }

  /** Waits until a phone shows a reaction to this message, with this emoji. */
  untilReacted(waId: string, messageId: string, emoji: string): Promise<Shown> {
    return until(`${waId}'s phone shows the reaction "${emoji}"`, async () =>
      ((await this.rig.inbox(waId)) as Shown[]).find(({ reaction }) =>
        isDeepStrictEqual(reaction, { message_id: messageId, emoji }),
      ),
    );
  }

  /** Taps on something in a message as a person. Returns what kapso's receiver gave to the bot. */
  untilTapped(waId: string, messageId: string, id: string): Promise<NormalizedMessage> {
    return this.#untilHeard('tap', `/people/${waId}/taps`, { message_id: messageId, id });
  }

  /** Puts a file on a phone, to be said by its id. */
  async putOnPhone(waId: string, { type, bytes }: { type: string; bytes: Uint8Array<ArrayBuffer> }): Promise<string> {
    const headers = { ...this.#asSandbox, 'content-type': type };
    const url = `${this.ready.sandbox}/people/${waId}/media`;
    const response = await fetch(url, { method: 'POST', headers, body: bytes });
    return ((await response.json()) as { id: string }).id;
  }

  /** The bytes of what is on a phone. */
  async openOnPhone(waId: string, mediaId: string): Promise<Buffer> {
    const url = `${this.ready.sandbox}/people/${waId}/media/${mediaId}`;
    return Buffer.from(await (await fetch(url, { headers: this.#asSandbox })).arrayBuffer());
  }

  untilStatus(id: string, status: string): Promise<NormalizedStatus> {
    return until(`the webhook ${status} comes`, () =>
      this.statuses().find((each) => each.id === id && each.status === status),
    );
  }

  get #asSandbox(): { authorization: string } {
    return { authorization: `Bearer ${this.ready.sandboxToken}` };
  }

  async #untilHeard(what: string, path: string, said: object): Promise<NormalizedMessage> {
    const { status, body } = await this.rig.sandbox('POST', path, said);
    if (status !== 200) throw new Error(JSON.stringify(body));
    const { id } = body.messages[0];
    return until(`the webhook with the ${what} comes`, () => this.messages().find((each) => each.id === id));
  }

  messages(): NormalizedMessage[] {
    return this.bot.webhooks.flatMap(({ normalized }) => normalized.messages);
  }

  statuses(): NormalizedStatus[] {
    return this.bot.webhooks.flatMap(({ normalized }) => normalized.statuses);
  }
}

import { WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import type { Ready } from '../../src/instance/ready.ts';
import { Rig, temporaryFolder, until, type InboxMessage } from '../rig.ts';
import { Bot, type NormalizedWebhook } from './bot.ts';

type NormalizedMessage = NormalizedWebhook['messages'][number];
type NormalizedStatus = NormalizedWebhook['statuses'][number];

/** One real instance, a bot at the end of its webhooks, and the clients pointed at it as their manuals say. */
export class ClientsRig {
  readonly rig: Rig;
  readonly bot: Bot;
  /** `@kapso/whatsapp-cloud-api`. */
  readonly kapso: WhatsAppClient;
  /** What every call of `@whatsapp-cloudapi/client` wants to be told. */
  readonly cloudApiClient: { accessToken: string; from: string; baseUrl: string };
  readonly #removeFolder: () => void;

  private constructor(rig: Rig, bot: Bot, removeFolder: () => void) {
    const { cloudApi, accessToken, phoneNumberId } = rig.ready;
    this.rig = rig;
    this.bot = bot;
    this.kapso = new WhatsAppClient({ baseUrl: cloudApi, accessToken });
    this.cloudApiClient = { accessToken, from: phoneNumberId, baseUrl: cloudApi };
    this.#removeFolder = removeFolder;
  }

  static async start(): Promise<ClientsRig> {
    const folder = temporaryFolder();
    const rig = await Rig.start(folder.dir);
    const bot = await Bot.start(rig.ready);
    const { status } = await rig.sandbox('POST', '/webhook', { url: bot.url, verifyToken: rig.ready.verifyToken });
    if (status !== 200) throw new Error('the handshake failed');
    return new ClientsRig(rig, bot, folder.remove);
  }

  async stop(): Promise<void> {
    await this.rig.stop();
    this.bot.stop();
    this.#removeFolder();
  }

  get ready(): Ready {
    return this.rig.ready;
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
    const { status, body } = await this.rig.sandbox('POST', `/people/${waId}/messages`, { to, ...message });
    if (status !== 200) throw new Error(JSON.stringify(body));
    const { id } = body.messages[0];
    return until(`the webhook with the ${message.type} comes`, () => this.messages().find((each) => each.id === id));
  }

  /** Waits until a message is on a phone. */
  untilShown(waId: string, id: string): Promise<InboxMessage> {
    return this.rig.untilOnPhone(waId, id, 'received');
  }

  untilStatus(id: string, status: string): Promise<NormalizedStatus> {
    return until(`the webhook ${status} comes`, () =>
      this.statuses().find((each) => each.id === id && each.status === status),
    );
  }

  messages(): NormalizedMessage[] {
    return this.bot.webhooks.flatMap(({ normalized }) => normalized.messages);
  }

  statuses(): NormalizedStatus[] {
    return this.bot.webhooks.flatMap(({ normalized }) => normalized.statuses);
  }
}

import assert from 'node:assert/strict';
import type { Endpoint } from '../../src/http/api-page/endpoints.ts';
import { bookingFlow } from '../flow-files.ts';
import type { Rig } from '../http-rig.ts';
import { fileOf, upload } from '../media-rig.ts';
import type { Random } from './random.ts';

// What would leave the others with nothing to do: with a number that there is for this alone.
const onSpareNumber: ReadonlySet<string> = new Set(['/{phone}/deregister', '/{phone}/register']);

/** The objects that are called: one of each kind, made anew where a call may have removed it. */
export class FuzzedObjects {
  readonly #rig: Rig;
  readonly #names = new Map<string, string>();
  #made = 0;

  private constructor(rig: Rig) {
    this.#rig = rig;
  }

  static async make(rig: Rig): Promise<FuzzedObjects> {
    const objects = new FuzzedObjects(rig);
    const { bank } = rig;
    await rig.register(bank);
    const spare = await rig.addPhoneNumber(bank.wabaId, 'A spare desk');
    const own = { phone: bank.phoneNumberId, waba: bank.wabaId, app: bank.appId, business: bank.businessId };
    for (const [name, id] of Object.entries({ ...own, user: bank.systemUserId, spare: spare.id }))
      objects.#names.set(name, id);
    return objects;
  }

  /** Ids, and texts that mean something to some endpoint. Not the user's who calls: nobody takes the account from it. */
  get known(): string[] {
    const ids = [...this.#names].flatMap(([name, id]) => (name === 'user' ? [] : [id]));
    return [...ids, this.#rig.bank.phoneNumber, '16505551234', 'hello_world', 'messages', 'whatsapp'];
  }

  /** The objects, by how paths name their kind. */
  get named(): Map<string, string> {
    return new Map(this.#names);
  }

  tokenFor({ permission }: Endpoint): string {
    const { appId, appSecret, token } = this.#rig.bank;
    return permission === 'app token' ? `${appId}|${appSecret}` : token;
  }

  pathOf({ path }: Endpoint, random: Random): string {
    const isSpared = onSpareNumber.has(path);
    const named = isSpared ? path.replace('{phone}', '{spare}') : path;
    return named.replace(/\{(\w+)\}/g, (_all, name: string) => {
      const id = this.#names.get(name) ?? random.pick(['x', '0', '%00', 'a%2Fb', '🙂']);
      return isSpared || random.fraction() < 0.97 ? id : random.pick(this.known);
    });
  }

  /** Makes what may have been removed. */
  async renew(): Promise<void> {
    const { appId, wabaId } = this.#rig.bank;
    this.#made += 1;
    const media = await upload(this.#rig, fileOf('image/jpeg'), 'image/jpeg');
    assert.equal(media.status, 200, JSON.stringify(media.body));
    this.#names.set('media', media.body.id);
    await this.#create('upload', `/${appId}/uploads`, { file_length: 100, file_type: 'image/jpeg' });
    await this.#create('template', `/${wabaId}/message_templates`, {
      name: `template_${this.#made}`,
      language: 'en_US',
      category: 'UTILITY',
      components: [{ type: 'BODY', text: 'Your order is ready.' }],
    });
    await this.#create('flow', `/${wabaId}/flows`, {
      name: `flow ${this.#made}`,
      categories: ['OTHER'],
      flow_json: JSON.stringify(bookingFlow),
    });
  }

  async #create(name: string, path: string, body: object): Promise<void> {
    const answer = await this.#rig.graph('POST', path, { body });
    // An account gets so many templates an hour; the one before does then.
    if (answer.body.error?.code === 80007) return;
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    this.#names.set(name, answer.body.id);
  }
}

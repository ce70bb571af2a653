import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { json, text } from 'node:stream/consumers';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Ready } from '../../src/instance/ready.ts';
import type { InboxMessage } from '../rig.ts';
import type { ClientsRig } from './clients-rig.ts';
import { mediaFiles } from './media-files.ts';
import { metaSendings } from './meta-sendings.ts';

interface Answer {
  readonly status: number;
  readonly body: { readonly messages?: readonly { readonly id: string }[]; readonly [member: string]: unknown };
}

type Call = readonly [method: string, ...parameters: unknown[]];

const leadHttps = fileURLToPath(new URL('programs/lead-https.ts', import.meta.url));
const program = fileURLToPath(new URL('programs/meta-sdk.ts', import.meta.url));
const files = { image: 'png', document: 'pdf', audio: 'ogg', video: 'mp4', sticker: 'webp' } as const;

/**
 * Makes calls of Meta's SDK in a process of its own, which has the settings that its manual names and trusts the instance's
 * authority the way that Node's manual names. What is no resource of its own is of its `messages`.
 */
async function callMetaSdk(ready: Ready, calls: readonly Call[]): Promise<Answer[]> {
  const { hostname, port } = new URL(String(ready.cloudApiHttps));
  const list = calls.map(([method, ...parameters]) => ({
    resource: method === 'setPin' ? 'twoStepVerification' : 'messages',
    method,
    parameters,
  }));
  const child = spawn(process.execPath, ['--import', leadHttps, program, JSON.stringify(list)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      NODE_ENV: 'production',
      NODE_EXTRA_CA_CERTS: String(ready.authorityFile),
      POSTERN_TEST_HTTPS_PORT: port,
      WA_BASE_URL: hostname,
      WA_PHONE_NUMBER_ID: ready.phoneNumberId,
      CLOUD_API_VERSION: 'v16.0',
      CLOUD_API_ACCESS_TOKEN: ready.accessToken,
    },
  });
  const [answers, complaint] = await Promise.all([
    json(child.stdout).catch(() => null),
    text(child.stderr),
    once(child, 'close'),
  ]);
  assert.ok(answers, complaint);
  return answers as Answer[];
}

/** What Meta's own SDK does. It uses HTTPS always, and its last version is from the time of v16.0. */
export function testMetaSdk(getClients: () => ClientsRig): void {
  describe('whatsapp 0.0.5-Alpha, by Meta', () => {
    let max = '';
    before(async () => {
      max = await getClients().newPerson('Max');
    });
    const call = (...calls: readonly Call[]) => callMetaSdk(getClients().ready, calls);
    const untilShown = async ({ status, body }: Answer): Promise<InboxMessage> => {
      assert.equal(status, 200, JSON.stringify(body));
      return getClients().untilShown(max, body.messages![0]!.id);
    };

    it('sends texts, places, cards, buttons, lists and templates', async () => {
      const answers = await call(...metaSendings.map(({ method, given }): Call => [method, given, Number(max)]));
      assert.equal(answers.length, metaSendings.length);
      for (const [index, answer] of answers.entries())
        assert.partialDeepStrictEqual(await untilShown(answer), metaSendings[index]!.shown);
    });

    it('sends every kind of file, by the id that an upload gave', async () => {
      const { kapso, ready } = getClients();
      const { phoneNumberId } = ready;
      const calls = Object.entries(files).map(async ([method, name]): Promise<Call> => {
        const { type, bytes: file } = mediaFiles[name];
        const { id } = await kapso.media.upload({ phoneNumberId, type, file });
        return [method, { id }, Number(max)];
      });
      for (const [index, answer] of (await call(...(await Promise.all(calls)))).entries())
        assert.equal((await untilShown(answer)).type, Object.keys(files)[index]);
    });

    it('answers a message, and says that it was read', async () => {
      const clients = getClients();
      const { id } = await clients.untilSaid(max, { type: 'text', text: { body: 'Hello?' } });
      const status = { status: 'read', message_id: id };
      const [answered, read] = await call(['text', { body: 'Yes' }, Number(max), id], ['status', status]);
      assert.equal((await untilShown(answered!)).context?.id, id);
      assert.deepEqual(read, { status: 200, body: { success: true } });
      await clients.rig.untilOnPhone(max, id, 'read');
    });

    it('changes the PIN of two-step verification, by a path that ends in a slash', async () => {
      const { business } = getClients().sandboxState();
      const [set, refused] = await call(['setPin', business.pin], ['setPin', 12]);
      assert.deepEqual(set, { status: 200, body: { success: true } });
      assert.partialDeepStrictEqual(refused, { status: 400, body: { error: { code: 100 } } });
    });

    it('is told what is wrong', async () => {
      const [refused] = await call(['text', { body: '' }, Number(max)]);
      assert.partialDeepStrictEqual(refused, { status: 400, body: { error: { type: 'OAuthException', code: 100 } } });
    });
  });
}

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { WhatsAppAPI } from 'whatsapp-api-js';
import { Reaction, Text } from 'whatsapp-api-js/messages';
import type { ClientMessage } from 'whatsapp-api-js/types';
import { until } from '../rig.ts';
import type { ClientsRig } from './clients-rig.ts';
import { newWhatsAppApi } from './whatsapp-api.ts';
import { whatsAppApiSendings } from './whatsapp-api-sendings.ts';

interface NotThere {
  readonly what: string;
  readonly call: (api: WhatsAppAPI, phoneNumberId: string) => Promise<unknown>;
  readonly code: number;
}

/** What the client offers and Postern does not have. */
const notThere: readonly NotThere[] = [
  { what: 'calls', call: (api, id) => api.initiateCall(id, '15550100001', 'v=0'), code: 3 },
  { what: 'accepting a call', call: (api, id) => api.acceptCall(id, 'wacid.x', 'v=0'), code: 3 },
  { what: 'refusing a call', call: (api, id) => api.rejectCall(id, 'wacid.x'), code: 3 },
  { what: 'ending a call', call: (api, id) => api.terminateCall(id, 'wacid.x'), code: 3 },
];

/** What `whatsapp-api-js` does with conversations. It looks at the first update of a webhook only. */
export function testWhatsAppApiJs(getClients: () => ClientsRig): void {
  describe('whatsapp-api-js', () => {
    let api: WhatsAppAPI;
    let will = '';
    before(async () => {
      api = newWhatsAppApi(getClients().ready);
      will = await getClients().newPerson('Will');
    });
    const send = async (message: ClientMessage, context?: string): Promise<string> => {
      const answer = await api.sendMessage(getClients().ready.phoneNumberId, will, message, context, 'order 9');
      assert.ok('messages' in answer, JSON.stringify(answer));
      return answer.messages[0].id;
    };

    it('sends a text, and hears what becomes of it', async () => {
      const clients = getClients();
      const id = await send(new Text('Hello Will'));
      assert.equal((await clients.untilShown(will, id)).text?.body, 'Hello Will');
      await clients.untilStatus(id, 'delivered');
      const { statuses } = clients.bot.receivers;
      const heard = await until('a status is heard', () => statuses.find((status) => status.id === id));
      assert.deepEqual([heard.phone, heard.biz_opaque_callback_data], [will, 'order 9']);
    });

    it('hears what a person says, answers it, and says that it was read', async () => {
      const clients = getClients();
      const { id } = await clients.untilSaid(will, { type: 'text', text: { body: 'Grüße 🎉' } });
      const { messages } = clients.bot.receivers;
      const heard = await until('the bot hears it', () => messages.find(({ message }) => message.id === id));
      assert.deepEqual([heard.from, heard.contact.profile?.name], [will, 'Will']);
      assert.partialDeepStrictEqual(heard.message, { type: 'text', text: { body: 'Grüße 🎉' } });
      const shown = await clients.untilShown(will, await send(new Text('Grüße'), id));
      assert.equal(shown.context?.id, id);
      assert.deepEqual(await heard.received('text'), { success: true });
      await clients.rig.untilOnPhone(will, id, 'read');
      await clients.untilTyping(will);
    });

    it('takes the handshake of webhooks', () => {
      const query = getClients().bot.handshakes[0]!;
      assert.equal(api.get(query as unknown as Parameters<typeof api.get>[0]), query['hub.challenge']);
    });

    it('reacts to a message, and takes it back', async () => {
      const clients = getClients();
      const { id } = await clients.untilSaid(will, { type: 'text', text: { body: 'Thanks!' } });
      for (const emoji of ['👍', '']) {
        await send(new Reaction(id, emoji));
        await clients.untilReacted(will, id, emoji);
      }
    });

    for (const { what, message, shown } of whatsAppApiSendings)
      it(`sends ${what}`, async () => {
        assert.partialDeepStrictEqual(
          await getClients().untilShown(will, await send(message(getClients().flowId))),
          shown,
        );
      });

    it('blocks somebody and unblocks them again', async () => {
      const { phoneNumberId } = getClients().ready;
      const blocked = await api.blockUser(phoneNumberId, will);
      assert.partialDeepStrictEqual(blocked, { block_users: { added_users: [{ wa_id: will }] } });
      const unblocked = await api.unblockUser(phoneNumberId, will);
      assert.partialDeepStrictEqual(unblocked, { block_users: { removed_users: [{ wa_id: will }] } });
    });

    it('makes a QR code that a person scans, changes what it says, lists it and deletes it', async () => {
      const { rig, ready } = getClients();
      const made = await api.createQR(ready.phoneNumberId, 'A table for two', 'png');
      assert.ok('code' in made && made.qr_image_url, JSON.stringify(made));
      const image = await fetch(made.qr_image_url);
      assert.deepEqual([image.status, image.headers.get('content-type')], [200, 'image/png']);
      const changed = await api.updateQR(ready.phoneNumberId, made.code, 'A table for three');
      assert.partialDeepStrictEqual(changed, { code: made.code, prefilled_message: 'A table for three' });
      const scanned = await rig.sandbox('POST', `/people/${will}/scans`, { url: made.deep_link_url });
      assert.equal(scanned.body.text.body, 'A table for three');
      for (const id of [undefined, made.code]) {
        const { data } = (await api.retrieveQR(ready.phoneNumberId, id)) as { data: { code: string }[] };
        assert.ok(data.some(({ code }) => code === made.code));
      }
      assert.deepEqual(await api.deleteQR(ready.phoneNumberId, made.code), { success: true });
    });

    for (const { what, call, code } of notThere)
      it(`is told that there is no such thing: ${what}`, async () => {
        assert.partialDeepStrictEqual(await call(api, getClients().ready.phoneNumberId), { error: { code } });
      });

    it('is told what is wrong in a way that it understands', async () => {
      const answer = await api.sendMessage('1', will, new Text('Hello'));
      assert.partialDeepStrictEqual(answer, { error: { code: 100, error_subcode: 33 } });
    });
  });
}

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { isBusinessScopedUserId } from '@kapso/whatsapp-cloud-api';
import { Text } from 'whatsapp-api-js/messages';
import { until } from '../rig.ts';
import type { ClientsRig } from './clients-rig.ts';
import { newWhatsAppApi } from './whatsapp-api.ts';

/** How the clients know people by the user ids that stand for a person towards one business. */
export function testUserIds(getClients: () => ClientsRig): void {
  describe('user ids at the clients', () => {
    let uma = '';
    let userId = '';
    before(async () => {
      const clients = getClients();
      uma = await clients.newPerson('Uma');
      const { messages } = clients.bot.receivers;
      const heard = await until('whatsapp-api-js hears her', () => messages.find(({ from }) => from === uma));
      userId = heard.contact.user_id;
      assert.equal(heard.message.from_user_id, userId);
      assert.equal((heard.recipient as { bsuid?: string }).bsuid, userId);
    });

    it('@kapso/whatsapp-cloud-api takes one for what it is, and hears it in messages and statuses', async () => {
      const clients = getClients();
      assert.ok(isBusinessScopedUserId(userId), userId);
      const said = await clients.untilSaid(uma, { type: 'text', text: { body: 'Hello' } });
      assert.equal((said as { fromUserId?: string }).fromUserId, userId);
      const id = await clients.rig.sendText(uma, 'Hello Uma');
      const status = await clients.untilStatus(id, 'delivered');
      assert.equal((status as { recipientUserId?: string }).recipientUserId, userId);
    });

    it('@kapso/whatsapp-cloud-api sends to one', async () => {
      const clients = getClients();
      const { phoneNumberId } = clients.ready;
      const sent = await clients.kapso.messages.sendText({ phoneNumberId, recipient: userId, body: 'By your id' });
      assert.equal((await clients.untilShown(uma, sent.messages[0]!.id)).text?.body, 'By your id');
    });

    it('whatsapp-api-js sends to one, blocks and unblocks it', async () => {
      const clients = getClients();
      const { phoneNumberId } = clients.ready;
      const api = newWhatsAppApi(clients.ready);
      const sent = await api.sendMessage(phoneNumberId, { bsuid: userId }, new Text('By your id'));
      assert.ok('messages' in sent, JSON.stringify(sent));
      assert.equal((await clients.untilShown(uma, sent.messages[0].id)).text?.body, 'By your id');
      const blocked = await api.blockUser(phoneNumberId, { bsuid: userId });
      assert.partialDeepStrictEqual(blocked, { block_users: { added_users: [{ user_id: userId }] } });
      const unblocked = await api.unblockUser(phoneNumberId, { bsuid: userId });
      assert.partialDeepStrictEqual(unblocked, { block_users: { removed_users: [{ user_id: userId }] } });
    });
  });
}

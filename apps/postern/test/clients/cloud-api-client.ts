import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { markMessageRead, sendTextMessage } from '@whatsapp-cloudapi/client';
import type { ClientsRig } from './clients-rig.ts';
import { cloudApiSendings } from './cloud-api-sendings.ts';

/** What `@whatsapp-cloudapi/client` does with conversations. It writes numbers with a plus. */
export function testCloudApiClient(getClients: () => ClientsRig): void {
  describe('@whatsapp-cloudapi/client', () => {
    let cora = '';
    before(async () => {
      cora = await getClients().newPerson('Cora');
    });

    it('sends a text to a number with a plus', async () => {
      const clients = getClients();
      const sent = await sendTextMessage({ ...clients.cloudApiClient, to: `+${cora}`, text: 'Hello Cora' });
      assert.deepEqual(sent.contacts, [{ input: `+${cora}`, wa_id: cora }]);
      const id = sent.messages[0]!.id;
      assert.equal((await clients.untilShown(cora, id)).text?.body, 'Hello Cora');
      await clients.untilStatus(id, 'delivered');
    });

    it('says that a message was read, and that it is writing', async () => {
      const clients = getClients();
      const { id: messageId } = await clients.untilSaid(cora, { type: 'text', text: { body: 'Hello?' } });
      const answer = await markMessageRead({ ...clients.cloudApiClient, messageId, showTypingIndicator: true });
      assert.deepEqual(answer, { success: true });
      await clients.rig.untilOnPhone(cora, messageId, 'read');
      await clients.untilTyping(cora);
    });

    for (const { what, send, shown } of cloudApiSendings)
      it(`sends ${what}`, async () => {
        const clients = getClients();
        const envelope = { ...clients.cloudApiClient, to: `+${cora}`, bizOpaqueCallbackData: what };
        const id = (await send(envelope, clients.flowId)).messages[0]!.id;
        assert.partialDeepStrictEqual(await clients.untilShown(cora, id), shown);
        assert.equal((await clients.untilStatus(id, 'sent'))['bizOpaqueCallbackData'], what);
      });

    it('throws what was wrong', async () => {
      const text = 'x'.repeat(4097);
      const sending = sendTextMessage({ ...getClients().cloudApiClient, to: `+${cora}`, text });
      await assert.rejects(sending, /WhatsApp API Error: .*"code":100/);
    });
  });
}

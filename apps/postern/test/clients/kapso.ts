import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { ClientsRig } from './clients-rig.ts';
import { graphFailure } from './graph-failure.ts';
import { kapsoSendings } from './kapso-sendings.ts';

/** What `@kapso/whatsapp-cloud-api` does with conversations. */
export function testKapso(getClients: () => ClientsRig): void {
  describe('@kapso/whatsapp-cloud-api', () => {
    let kim = '';
    before(async () => {
      kim = await getClients().newPerson('Kim');
    });
    const about = () => ({ phoneNumberId: getClients().ready.phoneNumberId, to: kim });

    it('sends a text and hears what becomes of it', async () => {
      const clients = getClients();
      const text = { ...about(), body: 'Grüße 🎉 / "quoted"', previewUrl: true, bizOpaqueCallbackData: 'order 7' };
      const sent = await clients.kapso.messages.sendText(text);
      assert.deepEqual([sent.messagingProduct, sent.contacts], ['whatsapp', [{ input: kim, waId: kim }]]);
      const id = sent.messages[0]!.id;
      assert.deepEqual((await clients.untilShown(kim, id)).text, { body: text.body, preview_url: true });
      await clients.untilStatus(id, 'sent');
      const delivered = await clients.untilStatus(id, 'delivered');
      assert.deepEqual([delivered.recipientId, delivered['bizOpaqueCallbackData']], [kim, 'order 7']);
      await clients.rig.sandbox('POST', `/people/${kim}/read`);
      await clients.untilStatus(id, 'read');
    });

    it('hears what a person says, answers it, and says that it was read', async () => {
      const clients = getClients();
      const heard = await clients.untilSaid(kim, { type: 'text', text: { body: 'Is it ready? ☕' } });
      assert.deepEqual([heard.type, heard.from, heard.text?.body], ['text', kim, 'Is it ready? ☕']);
      assert.equal(heard.kapso?.direction, 'inbound');
      const { messages } = clients.kapso;
      const sent = await messages.sendText({ ...about(), body: 'It is', contextMessageId: heard.id });
      const shown = await clients.untilShown(kim, sent.messages[0]!.id);
      assert.equal(shown.context?.id, heard.id);
      const read = await messages.markRead({
        phoneNumberId: about().phoneNumberId,
        messageId: heard.id,
        typingIndicator: { type: 'text' },
      });
      assert.equal(read.success, true);
      await clients.rig.untilOnPhone(kim, heard.id, 'read');
      await clients.untilTyping(kim);
    });

    it('reacts to a message, and takes it back', async () => {
      const clients = getClients();
      const { messages } = clients.kapso;
      const { id: messageId } = await clients.untilSaid(kim, { type: 'text', text: { body: 'Thanks!' } });
      for (const emoji of ['👍', '']) {
        await messages.sendReaction({ ...about(), reaction: { messageId, emoji } });
        await clients.untilReacted(kim, messageId, emoji);
      }
    });

    for (const { what, send, shown } of kapsoSendings)
      it(`sends ${what}`, async () => {
        const clients = getClients();
        const sent = await send(clients.kapso.messages, about(), clients.flowId);
        assert.partialDeepStrictEqual(await clients.untilShown(kim, sent.messages[0]!.id), shown);
      });

    it('is told what is wrong in a way that it understands', async () => {
      const tooLong = { ...about(), body: 'x'.repeat(4097) };
      const wrong = await graphFailure(getClients().kapso.messages.sendText(tooLong));
      assert.deepEqual([wrong.httpStatus, wrong.category, wrong.retry.action], [400, 'parameter', 'fix_and_retry']);
      assert.match(wrong.fbtraceId ?? '', /^A/);
      const unknown = await graphFailure(
        getClients().kapso.messages.sendText({ ...about(), phoneNumberId: '1', body: 'x' }),
      );
      assert.deepEqual([unknown.code, unknown.errorSubcode], [100, 33]);
    });
  });
}

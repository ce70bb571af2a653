import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { GraphApiError } from '@kapso/whatsapp-cloud-api';
import type { ClientsRig } from './clients-rig.ts';

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
      const read = await messages.markRead({ phoneNumberId: about().phoneNumberId, messageId: heard.id });
      assert.equal(read.success, true);
      await clients.rig.untilOnPhone(kim, heard.id, 'read');
    });

    it('is told what is wrong in a way that it understands', async () => {
      const tooLong = { ...about(), body: 'x'.repeat(4097) };
      const wrong = await failureOf(getClients().kapso.messages.sendText(tooLong));
      assert.deepEqual([wrong.httpStatus, wrong.category, wrong.retry.action], [400, 'parameter', 'fix_and_retry']);
      assert.match(wrong.fbtraceId ?? '', /^A/);
      const unknown = await failureOf(
        getClients().kapso.messages.sendText({ ...about(), phoneNumberId: '1', body: 'x' }),
      );
      assert.deepEqual([unknown.code, unknown.errorSubcode], [100, 33]);
    });
  });
}

async function failureOf(call: Promise<unknown>): Promise<GraphApiError> {
  const error = await call.then(
    () => assert.fail('it was accepted'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof GraphApiError, String(error));
  return error;
}

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import { sendTemplateMessage } from '@whatsapp-cloudapi/client';
import { Template } from 'whatsapp-api-js/messages';
import { until } from '../rig.ts';
import type { ClientsRig, Shown } from './clients-rig.ts';
import { graphFailure } from './graph-failure.ts';
import {
  greeting,
  greetingSent,
  makeTemplate,
  orderReady,
  orderReadyMispriced,
  orderReadyPriced,
  orderReadySent,
  signIn,
} from './kapso-templates.ts';
import { newWhatsAppApi } from './whatsapp-api.ts';

/** Templates as the clients make, list, send and delete them. Tim has not written: only templates may be sent to him. */
export function testTemplates(getClients: () => ClientsRig): void {
  describe('templates of the clients', () => {
    let tim = '';
    let businessAccountId = '';
    let phoneNumberId = '';
    const madeIds = new Map<string, string>();

    before(async () => {
      const clients = getClients();
      ({ businessAccountId, phoneNumberId } = clients.ready);
      ({ waId: tim } = (await clients.rig.sandbox('POST', '/people', { name: 'Tim' })).body);
      for (const definition of [orderReady, greeting, signIn])
        madeIds.set(definition.name, await makeTemplate(clients.kapso, businessAccountId, definition));
    });

    const untilTemplate = async (id: string): Promise<Shown['template']> =>
      ((await getClients().untilShown(tim, id)) as Shown)['template'];

    it('@kapso/whatsapp-cloud-api lists them', async () => {
      const { templates } = getClients().kapso;
      const { data, paging } = await templates.list({ businessAccountId, limit: 10 });
      const names = data.map(({ name }) => name);
      for (const name of ['hello_world', 'order_ready', 'greeting', 'sign_in']) assert.ok(names.includes(name), name);
      assert.ok(paging.cursors);
      const listed = data.find(({ name }) => name === 'order_ready');
      const components = [
        { type: 'HEADER', format: 'TEXT', text: 'Order {{1}}' },
        { type: 'BODY' },
        { type: 'FOOTER' },
      ];
      assert.partialDeepStrictEqual(listed, { id: madeIds.get('order_ready'), status: 'APPROVED', components });
      const some = await templates.list({ businessAccountId, name: 'greeting', status: 'APPROVED' });
      assert.deepEqual(
        some.data.map(({ name }) => name),
        ['greeting'],
      );
    });

    it('@kapso/whatsapp-cloud-api hears that one was approved', async () => {
      const heard = await until('kapso hears it', () =>
        getClients()
          .bot.webhooks.flatMap(({ normalized }) => normalized.raw['messageTemplateStatusUpdate'] ?? [])
          .find((update) => update['messageTemplateName'] === 'order_ready'),
      );
      const messageTemplateId = Number(madeIds.get('order_ready'));
      assert.partialDeepStrictEqual(heard, { event: 'APPROVED', messageTemplateId, messageTemplateLanguage: 'en_US' });
    });

    it('@kapso/whatsapp-cloud-api sends them filled in, and hears what was tapped on', async () => {
      const clients = getClients();
      const sent = await clients.kapso.messages.sendTemplate({
        phoneNumberId,
        to: tim,
        template: sendable(orderReadySent),
      });
      assert.equal(sent.messages[0]!.messageStatus, 'accepted');
      const { id } = sent.messages[0]!;
      const url = 'https://example.com/orders/8';
      assert.partialDeepStrictEqual(await untilTemplate(id), {
        name: 'order_ready',
        language: { code: 'en_US' },
        header: { type: 'text', text: 'Order 8' },
        body: { text: 'Dear Tim, it costs EUR 12.' },
        footer: { text: 'Tea & Co.' },
        buttons: [
          { type: 'quick_reply', text: 'Not now' },
          { type: 'url', text: 'Look', url },
        ],
      });
      assert.partialDeepStrictEqual(await clients.untilStatus(id, 'sent'), {
        pricing: { billable: true, pricingModel: 'PMP', type: 'regular', category: 'utility' },
      });
      const tapped = await clients.untilTapped(tim, id, 'later-8');
      assert.partialDeepStrictEqual(tapped, { type: 'button', button: { payload: 'later-8', text: 'Not now' } });
      const isThisTap = ({ messageId }: { messageId: string }) => messageId === tapped.id;
      const action = await until('the chat adapter hears it', () => clients.bot.actions.find(isThisTap));
      assert.deepEqual([action.actionId, action.value], ['later-8', 'Not now']);
    });

    it('@kapso/whatsapp-cloud-api sends variables by name', async () => {
      const sent = await getClients().kapso.messages.sendTemplate({
        phoneNumberId,
        to: tim,
        template: sendable(greetingSent),
      });
      const body = { text: 'Hello Tim, welcome.' };
      assert.partialDeepStrictEqual(await untilTemplate(sent.messages[0]!.id), { name: 'greeting', body });
    });

    it('@kapso/whatsapp-cloud-api sends an amount of money by one of its builders; the other has its name wrong', async () => {
      const { messages } = getClients().kapso;
      const send = (template: object) =>
        messages.sendTemplate({ phoneNumberId, to: tim, template: sendable(template) });
      const sent = await send(orderReadyPriced);
      const body = { text: 'Dear Tim, it costs EUR 12.' };
      assert.partialDeepStrictEqual(await untilTemplate(sent.messages[0]!.id), { body });
      assert.equal((await graphFailure(send(orderReadyMispriced))).httpStatus, 400);
    });

    it('@kapso/whatsapp-cloud-api is told what is wrong with a template', async () => {
      const { messages } = getClients().kapso;
      const send = (template: object) =>
        graphFailure(messages.sendTemplate({ phoneNumberId, to: tim, template: sendable(template) }));
      const unknown = await send({ name: 'nothing', language: { code: 'en_US' } });
      assert.deepEqual([unknown.code, unknown.category], [132001, 'template']);
      assert.equal((await send({ ...orderReadySent, components: [] })).code, 132000);
    });

    it('@chat-adapter/whatsapp opens a conversation with one', async () => {
      const { adapter } = getClients().bot;
      const body = { type: 'body', parameters: [{ type: 'text', text: 'Ann', parameter_name: 'first_name' }] };
      const template = { name: 'greeting', language: 'en_US', components: [body] };
      const { id } = await adapter.sendTemplate(
        await adapter.openDM(tim),
        template as Parameters<typeof adapter.sendTemplate>[1],
      );
      assert.partialDeepStrictEqual(await untilTemplate(id), { body: { text: 'Hello Ann, welcome.' } });
    });

    it('@whatsapp-cloudapi/client sends one without variables', async () => {
      const envelope = { ...getClients().cloudApiClient, to: `+${tim}` };
      const template = { templateName: 'hello_world', languageCode: 'en_US', languagePolicy: 'deterministic' } as const;
      const sent = await sendTemplateMessage({ ...envelope, ...template });
      assert.partialDeepStrictEqual(await untilTemplate(sent.messages[0]!.id), { name: 'hello_world' });
    });

    it('whatsapp-api-js sends a code', async () => {
      const api = newWhatsAppApi(getClients().ready);
      const sent = await api.sendMessage(phoneNumberId, tim, Template.OTP('sign_in', 'en_US', '493817'));
      assert.ok('messages' in sent, JSON.stringify(sent));
      assert.match(JSON.stringify(await untilTemplate(sent.messages[0].id)), /493817/);
    });

    it('@kapso/whatsapp-cloud-api deletes one, by name', async () => {
      const { templates } = getClients().kapso;
      assert.deepEqual(await templates.delete({ businessAccountId, name: 'sign_in' }), { success: true });
      const { data } = await templates.list({ businessAccountId, name: 'sign_in' });
      assert.deepEqual(data, []);
    });
  });
}

type SentTemplate = Parameters<WhatsAppClient['messages']['sendTemplate']>[0]['template'];

/** The client's own types do not fit together: what its builder gives is what its sender wants. */
function sendable(template: object): SentTemplate {
  return template as SentTemplate;
}

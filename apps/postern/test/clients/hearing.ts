import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { until } from '../rig.ts';
import type { Bot } from './bot.ts';
import type { ClientsRig } from './clients-rig.ts';
import { saidKinds, type ChatEvent } from './said-kinds.ts';

/** What the clients' receivers make of everything that people say, and of what becomes of what they were sent. */
export function testHearing(getClients: () => ClientsRig): void {
  describe('receivers of the clients', () => {
    let hal = '';
    let quoted = '';
    before(async () => {
      const clients = getClients();
      hal = await clients.newPerson('Hal');
      quoted = await clients.rig.sendText(hal, 'Anything else?');
      await clients.untilStatus(quoted, 'delivered');
    });

    for (const { what, say, message, kapso, chat } of saidKinds)
      it(`hear ${what}`, async () => {
        const clients = getClients();
        const { bot } = clients;
        const normalized = await clients.untilSaid(hal, say(quoted));
        const { id } = normalized;
        assert.partialDeepStrictEqual(normalized, { from: hal, kapso: { direction: 'inbound' }, ...kapso });
        const heard = await until('whatsapp-api-js hears it', () =>
          bot.receivers.messages.find((each) => each.message.id === id),
        );
        assert.partialDeepStrictEqual(heard.message, { from: hal, ...message(quoted) });
        assert.equal(heard.contact.profile?.name, 'Hal');
        if (chat) await untilPassedOn(bot, id, chat);
        else assert.equal(eventsOf(bot, id).length, 0);
      });

    it('hear why a message did not arrive', async () => {
      const clients = getClients();
      const { body } = await clients.rig.sandbox('POST', '/people', { name: 'Silent' });
      const id = await clients.rig.sendText(body.waId, 'Are you there?');
      const failed = await clients.untilStatus(id, 'failed');
      assert.partialDeepStrictEqual(failed, { recipientId: body.waId, errors: [{ code: 131047 }] });
      assert.ok(failed.errors?.every(({ title, message, errorData }) => title && message && errorData));
      const { statuses } = clients.bot.receivers;
      const heard = await until('whatsapp-api-js hears it', () => statuses.find((each) => each.id === id));
      assert.partialDeepStrictEqual(heard, { status: 'failed', phone: body.waId, error: { code: 131047 } });
    });

    it('hear what a message costs', async () => {
      const clients = getClients();
      const id = await clients.rig.sendText(hal, 'What does it cost?');
      const { pricing } = await clients.untilStatus(id, 'sent');
      const free = { billable: false, pricingModel: 'PMP', type: 'free_customer_service', category: 'service' };
      assert.deepEqual(pricing, free);
    });

    it('hear that somebody wants no more marketing', async () => {
      const clients = getClients();
      await clients.rig.sandbox('POST', `/people/${hal}/marketing`, { stopped: true });
      const heard = await until(
        'kapso hears it',
        () => clients.bot.webhooks.flatMap(({ normalized }) => normalized.raw['userPreferences'] ?? [])[0],
      );
      assert.partialDeepStrictEqual(heard, { userPreferences: [{ waId: hal, value: 'stop' }] });
    });
  });
}

/** What the chat adapter made of the message with this id. */
function eventsOf({ messages, actions, reactions }: Bot, messageId: string): ChatEvent[] {
  return [
    ...messages
      .filter(({ id }) => id === messageId)
      .map(({ text, attachments: [attachment] }) => ({ text, ...(attachment && { attachment }) })),
    ...actions
      .filter((action) => action.messageId === messageId)
      .map(({ actionId, value = '' }) => ({ actionId, value })),
    ...reactions
      .filter(({ raw }) => (raw as { id: string }).id === messageId)
      .map(({ rawEmoji: emoji, added: isAdded }) => ({ emoji, isAdded })),
  ];
}

async function untilPassedOn(bot: Bot, messageId: string, expected: ChatEvent): Promise<void> {
  const event = await until('the chat adapter passes it on', () => eventsOf(bot, messageId)[0]);
  assert.partialDeepStrictEqual(event, expected);
}

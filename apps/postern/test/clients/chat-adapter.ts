import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { Actions, Button, Card, CardText, LinkButton } from 'chat';
import { until } from '../rig.ts';
import type { ClientsRig } from './clients-rig.ts';

/** What `@chat-adapter/whatsapp` does with conversations. */
export function testChatAdapter(getClients: () => ClientsRig): void {
  describe('@chat-adapter/whatsapp', () => {
    let ada = '';
    let thread = '';
    before(async () => {
      ada = await getClients().newPerson('Ada');
      thread = await getClients().bot.adapter.openDM(ada);
    });

    it('hears what a person says, and answers it', async () => {
      const clients = getClients();
      const said = await clients.untilSaid(ada, { type: 'text', text: { body: 'Is *anybody* there?' } });
      const heard = await until('the bot hears it', () => clients.bot.messages.find(({ id }) => id === said.id));
      assert.deepEqual([heard.text, heard.threadId], ['Is *anybody* there?', thread]);
      assert.deepEqual([heard.author.userId, heard.author.fullName, heard.author.isMe], [ada, 'Ada', false]);
      const { id } = await clients.bot.adapter.reply(thread, said.id, { markdown: '**Yes**, all of us' });
      const shown = await clients.untilShown(ada, id);
      assert.deepEqual([shown.text?.body, shown.context?.id], ['*Yes*, all of us', said.id]);
    });

    it('says that it has read, and shows that it is writing', async () => {
      const clients = getClients();
      const { adapter } = clients.bot;
      const first = await clients.untilSaid(ada, { type: 'text', text: { body: 'one' } });
      await adapter.markAsRead(thread, first.id);
      await clients.rig.untilOnPhone(ada, first.id, 'read');
      const second = await clients.untilSaid(ada, { type: 'text', text: { body: 'two' } });
      await until('the bot hears it', () => clients.bot.messages.find(({ id }) => id === second.id));
      await adapter.startTyping(thread);
      await clients.rig.untilOnPhone(ada, second.id, 'read');
      await clients.untilTyping(ada);
    });

    it('splits a text that is too long for one message', async () => {
      const clients = getClients();
      const { id } = await clients.bot.adapter.postMessage(thread, { raw: `${'a'.repeat(4096)}b` });
      await clients.untilShown(ada, id);
      const bodies = (await clients.rig.inbox(ada)).map(({ text }) => text?.body ?? '');
      assert.deepEqual([bodies.at(-2)?.length, bodies.at(-1)], [4096, 'b']);
    });

    it('sends a card as buttons, and hears which was tapped on', async () => {
      const clients = getClients();
      const actions = Actions([
        Button({ id: 'pay', label: 'Pay', value: 'order/7 "now"' }),
        Button({ id: 'wait', label: 'Wait' }),
      ]);
      const card = Card({ title: 'Order 7', children: [CardText('It is ready.'), actions] });
      const { id } = await clients.bot.adapter.postMessage(thread, card);
      const shown = await clients.untilShown(ada, id);
      const buttonId = 'chat:{"a":"pay","v":"order/7 \\"now\\""}';
      assert.partialDeepStrictEqual(shown, {
        type: 'interactive',
        interactive: {
          type: 'button',
          header: { type: 'text', text: 'Order 7' },
          body: { text: 'It is ready.' },
          action: { buttons: [{ type: 'reply', reply: { id: buttonId, title: 'Pay' } }, { reply: { title: 'Wait' } }] },
        },
      });
      const tap = await clients.untilTapped(ada, id, buttonId);
      const action = await until('the bot hears the tap', () =>
        clients.bot.actions.find(({ messageId }) => messageId === tap.id),
      );
      assert.deepEqual([action.actionId, action.value, action.user.userId], ['pay', 'order/7 "now"', ada]);
    });

    it('sends a card with one link as a button that opens a page', async () => {
      const clients = getClients();
      const actions = Actions([LinkButton({ label: 'Look', url: 'https://example.com/orders/7' })]);
      const card = Card({ title: 'Order 7', children: [CardText('It is ready.'), actions] });
      const { id } = await clients.bot.adapter.postMessage(thread, card);
      const action = { parameters: { display_text: 'Look', url: 'https://example.com/orders/7' } };
      assert.partialDeepStrictEqual(await clients.untilShown(ada, id), { interactive: { type: 'cta_url', action } });
    });

    it('reacts to a message, and takes it back', async () => {
      const clients = getClients();
      const { adapter } = clients.bot;
      const { id } = await clients.untilSaid(ada, { type: 'text', text: { body: 'Thanks!' } });
      await adapter.addReaction(thread, id, 'heart');
      await clients.untilReacted(ada, id, '❤️');
      await adapter.removeReaction(thread, id, 'heart');
      await clients.untilReacted(ada, id, '');
    });
  });
}

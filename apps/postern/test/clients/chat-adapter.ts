import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
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
    });

    it('splits a text that is too long for one message', async () => {
      const clients = getClients();
      const { id } = await clients.bot.adapter.postMessage(thread, { raw: `${'a'.repeat(4096)}b` });
      await clients.untilShown(ada, id);
      const bodies = (await clients.rig.inbox(ada)).map(({ text }) => text?.body ?? '');
      assert.deepEqual([bodies.at(-2)?.length, bodies.at(-1)], [4096, 'b']);
    });
  });
}

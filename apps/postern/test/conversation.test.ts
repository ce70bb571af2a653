import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Rig, temporaryFolder, until } from './rig.ts';

describe('postern start', () => {
  const folder = temporaryFolder();
  let rig: Rig;
  let ana = '';
  let ben = '';

  before(async () => {
    rig = await Rig.start(folder.dir);
    ana = rig.ready.people[0]!.waId;
    ben = rig.ready.people[1]!.waId;
  });
  after(async () => {
    await rig?.stop();
    folder.remove();
  });

  it('names in its ready line everything that is needed to use it', () => {
    const { event, tookMs, console: pages, people, ...rest } = rig.ready;
    assert.equal(event, 'ready');
    assert.equal(pages, null);
    assert.ok(tookMs > 0);
    assert.deepEqual(
      people.map(({ name }) => name),
      ['Ana', 'Ben'],
    );
    const names =
      'cloudApi transport businessManager sandbox accessToken sandboxToken appId appSecret businessAccountId';
    for (const name of `${names} phoneNumberId displayPhoneNumber verifyToken`.split(' '))
      assert.ok(rest[name as keyof typeof rest], `${name} is there`);
    assert.match(rest.cloudApi, /^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('carries a text to a person, and each of its states back', async () => {
    const id = await rig.sendText(ana, 'Hello Ana');
    const shown = await rig.untilOnPhone(ana, id, 'received');
    assert.equal(shown.text?.body, 'Hello Ana');
    await rig.untilStatus(id, 'sent');
    await rig.untilStatus(id, 'delivered');
    assert.equal((await rig.sandbox('POST', `/people/${ana}/read`)).status, 200);
    await rig.untilStatus(id, 'read');
  });

  it("carries a person's answer to the business, signed, with what it answers", async () => {
    const asked = await rig.sendText(ben, 'Shall we?');
    await rig.untilOnPhone(ben, asked, 'received');
    const id = await rig.say(ben, 'Yes!', asked);
    const message = await rig.untilInbound(id);
    assert.deepEqual([message.from, message.text?.body, message.context?.id], [ben, 'Yes!', asked]);
    assert.ok(rig.events.filter(({ event }) => event === 'webhook').every(({ signature }) => signature === 'valid'));
    await rig.untilOnPhone(ben, id, 'delivered');
    const { body } = await rig.sandbox('GET', '/webhooks');
    assert.ok(body.webhooks.some((webhook: object) => JSON.stringify(webhook).includes('Yes!')));
  });

  it('keeps a message for a phone that is offline, where the transport cannot read it', async () => {
    await rig.sandbox('POST', '/faults', { person: ana, offline: true });
    const id = await rig.sendText(ana, 'a text that only Ana may read');
    const view = await until('an envelope waits', async () => {
      const { body } = await rig.sandbox('GET', '/transport-view');
      return body.envelopes.some((each: { recipientPhoneNumber: string }) => each.recipientPhoneNumber === ana) && body;
    });
    assert.ok(!Buffer.from(view.envelopes[0].ciphertext, 'base64').includes('only Ana'));
    assert.equal(
      (await rig.inbox(ana)).some((message) => message.id === id),
      false,
    );
    await rig.sandbox('POST', '/faults', { person: ana, offline: false });
    await rig.untilOnPhone(ana, id, 'received');
  });

  it('shows a safety number for each chat, once a message was exchanged', async () => {
    const one = await rig.sandbox('GET', `/people/${ana}/safety-number`);
    assert.match(one.body.safetyNumber, /^\d{60}$/);
    const other = await rig.sandbox('GET', `/people/${ben}/safety-number`);
    assert.notEqual(one.body.safetyNumber, other.body.safetyNumber);
    assert.equal((await rig.sandbox('GET', `/people/${ben}/safety-number?with=${ana}`)).status, 404);
  });

  it('lets people write to each other, and makes new people', async () => {
    const { status, body } = await rig.sandbox('POST', '/people', { name: 'Cleo' });
    assert.equal(status, 201);
    const said = await rig.sandbox('POST', `/people/${body.waId}/messages`, {
      to: ana,
      type: 'text',
      text: { body: 'Hi, it is Cleo' },
    });
    assert.equal(said.status, 200);
    await until('Ana sees it', async () => (await rig.inbox(ana)).some(({ text }) => text?.body === 'Hi, it is Cleo'));
    const people = (await rig.sandbox('GET', '/people')).body.people as { name: string; waId: string }[];
    assert.deepEqual(
      people.map(({ name }) => name),
      ['Ana', 'Ben', 'Cleo'],
    );
    assert.equal((await rig.sandbox('POST', '/people', { name: 'Twin', phoneNumber: body.waId })).status, 409);
    assert.ok((await rig.sandbox('GET', '/codes')).body.codes.some((code: object) => 'code' in code));
  });

  it('refuses whoever has the wrong token, and names the field that is wrong', async () => {
    assert.equal((await rig.sandbox('GET', '/people', undefined, 'wrong')).status, 401);
    assert.equal((await rig.sandbox('POST', '/codes', { phoneNumber: ana, code: '123456' })).status, 401);
    const wrongType = await rig.sandbox('POST', `/people/${ana}/messages`, {
      to: ben,
      type: 'opera',
      text: { body: 'x' },
    });
    assert.equal(wrongType.status, 400);
    assert.match(wrongType.body.error.message, /type/);
    const wrongTo = await rig.sandbox('POST', `/people/${ana}/messages`, {
      to: 'you',
      type: 'text',
      text: { body: 'x' },
    });
    assert.deepEqual([wrongTo.status, /\bto\b/.test(wrongTo.body.error.message)], [400, true]);
    const noBody = await rig.sandbox('POST', `/people/${ana}/messages`, { to: ben, type: 'text', text: {} });
    assert.deepEqual([noBody.status, /body/.test(noBody.body.error.message)], [400, true]);
    const context = { message_id: 'wamid.nonsense' };
    const wrongContext = await rig.sandbox('POST', `/people/${ana}/messages`, {
      to: ben,
      type: 'text',
      text: { body: 'x' },
      context,
    });
    assert.deepEqual([wrongContext.status, /context/.test(wrongContext.body.error.message)], [400, true]);
    assert.equal((await rig.sandbox('GET', '/people/15550000000/inbox')).status, 404);
    assert.equal((await rig.sandbox('POST', '/people', {})).status, 400);
    assert.equal((await rig.sandbox('POST', '/clock', { advance: 'soon' })).status, 400);
    assert.equal((await rig.sandbox('POST', '/faults', { system: 'universe', kill: true })).status, 400);
  });

  it('shows a webhook with a forged signature as such, and refuses a wrong handshake', async () => {
    const url = `${rig.ready.sandbox}/webhook-receiver`;
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` };
    assert.equal((await fetch(url, { method: 'POST', headers, body: '{"entry":[]}' })).status, 401);
    await rig.untilEvent('the forged one is shown', ({ signature }) => signature === 'wrong');
    assert.equal((await fetch(`${url}?hub.mode=subscribe&hub.verify_token=x&hub.challenge=1`)).status, 403);
  });

  it("moves every system's clock together", async () => {
    const { status, body } = await rig.sandbox('POST', '/clock', { advance: '25h' });
    assert.equal(status, 200);
    assert.equal(body.offsetMs, 25 * 3_600_000);
    const tooLate = await rig.sendText(ben, 'a day after he wrote');
    await rig.untilStatus(tooLate, 'failed');
    for (const waId of [ana, ben]) await rig.untilInbound(await rig.say(waId, 'good morning'));
    const id = await rig.sendText(ben, 'tomorrow');
    const shown = await rig.untilOnPhone(ben, id, 'received');
    const aheadMs = Number(shown.timestamp) * 1000 - Date.now();
    assert.ok(aheadMs > 24.9 * 3_600_000, `the message is dated tomorrow, not ${aheadMs} ms ahead`);
  });

  for (const system of ['transport', 'business-manager', 'cloud-api', 'cloud-api-worker', 'postgresql']) {
    it(`loses nothing when ${system} is killed`, async () => {
      const earlier = await rig.sendText(ana, `before ${system} died`);
      assert.equal((await rig.sandbox('POST', '/faults', { system, kill: true })).status, 200);
      await rig.untilEvent('the restart is told', (event) => event.event === 'restarted' && event['system'] === system);
      const later = await rig.sendText(ana, `after ${system} died`);
      await rig.untilOnPhone(ana, earlier, 'received');
      await rig.untilOnPhone(ana, later, 'received');
      const answer = await rig.say(ana, `answer after ${system}`);
      await rig.untilInbound(answer);
      const ids = (await rig.inbox(ana)).map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length, 'nothing is shown twice');
    });
  }

  it('sends webhooks elsewhere when told so, but only after a handshake', async () => {
    const received: string[] = [];
    const bot = createServer((request, response) => {
      const query = new URL(request.url!, 'http://bot').searchParams;
      const isRight = query.get('hub.verify_token') === 'mine';
      if (request.method === 'GET') response.end(isRight ? query.get('hub.challenge') : '');
      request.on('data', (chunk) => received.push(String(chunk))).on('end', () => response.end());
    }).listen(0, '127.0.0.1');
    await once(bot, 'listening');
    const url = `http://127.0.0.1:${(bot.address() as AddressInfo).port}/`;
    const refused = await rig.sandbox('POST', '/webhook', { url });
    assert.equal(refused.status, 400);
    assert.match(refused.body.error.message, /url/);
    assert.deepEqual((await rig.sandbox('POST', '/webhook', { url, verifyToken: 'mine' })).body, { url });
    await rig.say(ben, 'for the bot');
    await until('the bot hears it', () => received.some((body) => body.includes('for the bot')));
    assert.equal((await rig.sandbox('POST', '/webhook', { url: null })).status, 200);
    const id = await rig.say(ben, 'for the sandbox again');
    await rig.untilInbound(id);
    bot.closeAllConnections();
    bot.close();
  });

  it('writes no number, token or text into a log', () => {
    const logs = join(folder.dir, 'logs');
    const text = readdirSync(logs)
      .map((name) => readFileSync(join(logs, name), 'utf8'))
      .join('\n');
    assert.ok(text.includes('a system has ended'), 'there is something to look at');
    for (const secret of [ana, ben, rig.ready.accessToken, rig.ready.sandboxToken, 'Hello Ana', 'only Ana'])
      assert.ok(!text.includes(secret), `the logs do not hold ${secret}`);
  });
});

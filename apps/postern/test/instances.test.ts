import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Rig, runProgram, temporaryFolder, until } from './rig.ts';

test('two instances live side by side and know nothing of each other', async (t) => {
  const folders = [temporaryFolder(), temporaryFolder()];
  const rigs = await Promise.all(folders.map(({ dir }) => Rig.start(dir)));
  t.after(async () => {
    await Promise.all(rigs.map((rig) => rig.stop()));
    for (const { remove } of folders) remove();
  });
  const [one, other] = rigs as [Rig, Rig];
  assert.notEqual(one.ready.accessToken, other.ready.accessToken);
  const ana = one.ready.people[0]!.waId;
  const id = await one.sendText(ana, 'only here');
  await one.untilOnPhone(ana, id, 'received');
  assert.deepEqual(
    (await other.inbox(ana)).map(({ text }) => text?.body),
    ['Hi'],
  );
  assert.equal((await one.sandbox('GET', '/people', undefined, other.ready.sandboxToken)).status, 401);
});

test('a second start on the same folder is refused, and doctor sees the first', async (t) => {
  const folder = temporaryFolder();
  const rig = await Rig.start(folder.dir);
  t.after(async () => {
    await rig.stop();
    folder.remove();
  });
  const second = await runProgram(['start', '--port', '0', '--data', folder.dir]);
  assert.equal(second.code, 1);
  assert.match(second.stderr, /Another Postern runs on .*--data/);
  const doctor = await runProgram(['doctor', '--json', '--data', folder.dir]);
  assert.equal(doctor.code, 0, doctor.stdout);
  for (const system of ['cloudApi', 'transport', 'businessManager', 'sandbox'])
    assert.match(doctor.stdout, new RegExp(`"system ${system}","ok":true`));
  assert.equal(statSync(folder.dir).mode & 0o777, 0o700);
  for (const file of [
    'secrets.json',
    'sandbox.json',
    'keyring/keys.1',
    'keyring/root.1',
    'config/cloud-api.json',
    'instance.json',
  ])
    assert.equal(statSync(join(folder.dir, file)).mode & 0o777, 0o600, file);
});

test('after a soft stop the conversation, the people and the token are still there', async (t) => {
  const folder = temporaryFolder();
  t.after(folder.remove);
  const first = await Rig.start(folder.dir);
  const ana = first.ready.people[0]!.waId;
  const id = await first.sendText(ana, 'remember me');
  await first.untilOnPhone(ana, id, 'received');
  const { sandbox: _url, ...kept } = pick(first);
  assert.equal(await first.stop(), 0);
  assert.equal(first.events.at(-1)?.event, 'stopped');

  const second = await Rig.start(folder.dir);
  t.after(() => second.stop());
  const { sandbox: _newUrl, ...found } = pick(second);
  assert.deepEqual(found, kept);
  assert.deepEqual(
    (await second.inbox(ana)).map(({ text }) => text?.body),
    ['Hi', 'remember me'],
  );
  const answer = await second.say(ana, 'I do');
  await second.untilInbound(answer);
});

test('after kill -9 of the supervisor its systems stop by themselves, and the next start goes on', async (t) => {
  const folder = temporaryFolder();
  t.after(folder.remove);
  const first = await Rig.start(folder.dir);
  const ana = first.ready.people[0]!.waId;
  await first.sandbox('POST', '/faults', { person: ana, offline: true });
  const id = await first.sendText(ana, 'accepted just before the crash');
  await first.stop('SIGKILL');

  const { port } = new URL(first.ready.cloudApi);
  const second = await Rig.start(folder.dir, '--port', port);
  t.after(() => second.stop());
  assert.equal(second.ready.cloudApi, first.ready.cloudApi, 'its systems had left their ports');
  assert.equal(second.ready.accessToken, first.ready.accessToken);
  await second.untilOnPhone(ana, id, 'received');
  await second.untilStatus(id, 'delivered');
});

test('a webhook URL whose bot starts later is taken then', async (t) => {
  const folder = temporaryFolder();
  const verifyTokens: string[] = [];
  const bot = createServer((request, response) => {
    const query = new URL(request.url!, 'http://bot').searchParams;
    verifyTokens.push(query.get('hub.verify_token') ?? '');
    response.end(query.get('hub.challenge'));
  });
  // The port is taken once, to know one that is free when the bot starts later.
  bot.listen(0, '127.0.0.1');
  await once(bot, 'listening');
  const { port } = bot.address() as AddressInfo;
  bot.close();
  await once(bot, 'close');

  const url = `http://127.0.0.1:${port}/webhook`;
  const rig = await Rig.start(folder.dir, '--webhook', url);
  t.after(async () => {
    await rig.stop();
    bot.closeAllConnections();
    bot.close();
    folder.remove();
  });
  await rig.untilEvent('it says that nobody is there', (event) => event['url'] === url && event['accepted'] === false);
  bot.listen(port, '127.0.0.1');
  await rig.untilEvent('it says that the bot is there', (event) => event['url'] === url && event['accepted'] === true);
  assert.ok(verifyTokens.includes(rig.ready.verifyToken));
});

function pick({ ready }: Rig) {
  const { sandbox, accessToken, sandboxToken, appId, appSecret, phoneNumberId, people, verifyToken } = ready;
  return { sandbox, accessToken, sandboxToken, appId, appSecret, phoneNumberId, people, verifyToken };
}

test('a start that is stopped before it is ready leaves nothing running', async (t) => {
  const folder = temporaryFolder();
  t.after(folder.remove);
  const rig = Rig.launch(folder.dir);
  await until('its first system is there', () => existsSync(join(folder.dir, 'config', 'sandbox.json')));
  assert.equal(await rig.stop(), 0);
  assert.equal(rig.events.at(-1)?.event, 'stopped');
  const next = await Rig.start(folder.dir);
  assert.equal(await next.stop('SIGTERM'), 0);
});

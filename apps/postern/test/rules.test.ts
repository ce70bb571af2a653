import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Rig, temporaryFolder, until, type Answer } from './rig.ts';

// The rules as a business meets them: over HTTP, against everything that runs.
const folder = temporaryFolder();
let rig: Rig;
let ana = '';
before(async () => {
  rig = await Rig.start(folder.dir);
  ana = rig.ready.people[0]!.waId;
});
after(async () => {
  await rig?.stop();
  folder.remove();
});

interface FailedStatus {
  id: string;
  status: string;
  errors: { code: number; title: string; error_data: { details: string } }[];
}

function send(to: string, fields: object = {}): Promise<Answer> {
  const message = { messaging_product: 'whatsapp', to, type: 'text', text: { body: 'hello' }, ...fields };
  return rig.cloudApi('POST', `${rig.ready.phoneNumberId}/messages`, message);
}

/** Sends what is accepted and then fails; gives the code that the webhook tells. */
async function codeOf(to: string, fields: object = {}): Promise<number | undefined> {
  const { status, body } = await send(to, fields);
  assert.equal(status, 200, JSON.stringify(body));
  const { id } = body.messages[0];
  const failed = (await rig.untilStatus(id, 'failed')) as unknown as FailedStatus;
  assert.ok(failed.errors[0]?.title && failed.errors[0].error_data.details);
  return failed.errors[0].code;
}

async function arrives(to: string, fields: object = {}): Promise<void> {
  const { status, body } = await send(to, fields);
  assert.equal(status, 200, JSON.stringify(body));
  await rig.untilStatus(body.messages[0].id, 'delivered');
}

async function newPerson(name: string): Promise<string> {
  return (await rig.sandbox('POST', '/people', { name })).body.waId;
}

function block(method: string, user: string): Promise<Answer> {
  const body = { messaging_product: 'whatsapp', block_users: [{ user }] };
  return rig.cloudApi(method, `${rig.ready.phoneNumberId}/block_users`, body);
}

test('who said hi at the start is answered at once', () => arrives(ana));

test('somebody new is not written to before they wrote', async () => {
  const cleo = await newPerson('Cleo');
  assert.equal(await codeOf(cleo), 131047);
  await rig.untilInbound(await rig.say(cleo, 'good morning'));
  await arrives(cleo);
});

test('a business blocks who wrote, hears nothing more of them, and takes it back', async () => {
  const dora = await newPerson('Dora');
  assert.equal((await block('POST', dora)).body.error.code, 139100);
  await rig.untilInbound(await rig.say(dora, 'you there!'));
  assert.equal((await block('POST', dora)).status, 200);
  assert.equal(await codeOf(dora), 130403);
  const unheard = await rig.say(dora, 'can you hear me?');
  await rig.untilOnPhone(dora, unheard, 'delivered');
  assert.equal((await block('DELETE', dora)).status, 200);
  const heard = await rig.say(dora, 'and now?');
  await rig.untilInbound(heard);
  assert.ok(!rig.inbound().some(({ id }) => id === unheard));
  await arrives(dora);
});

test('the identity that a webhook told is accepted, and another one is not', async () => {
  const settings = `${rig.ready.phoneNumberId}/settings`;
  const check = { user_identity_change: { enable_identity_key_check: true } };
  assert.equal((await rig.cloudApi('POST', settings, check)).status, 200);
  await rig.untilInbound(await rig.say(ana, 'who am I?'));
  const told = await until('a webhook tells her identity', () => {
    const webhooks = JSON.stringify(rig.events.filter(({ event }) => event === 'webhook'));
    return /"identity_key_hash":"([^"]{12})"/.exec(webhooks)?.[1];
  });
  await arrives(ana, { recipient_identity_key_hash: told });
  assert.equal(await codeOf(ana, { recipient_identity_key_hash: 'DF2lS5v2W6x=' }), 137000);
});

test('too many messages to one person at once are refused', async () => {
  const emil = await newPerson('Emil');
  const answers = await Promise.all(Array.from({ length: 60 }, () => send(emil)));
  const refused = answers.filter(({ status }) => status !== 200);
  assert.ok(refused.length > 0);
  assert.deepEqual([...new Set(refused.map(({ status, body }) => `${status} ${body.error.code}`))], ['400 131056']);
});

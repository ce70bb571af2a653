import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertError, startRig, type Answer, type Rig } from './http-rig.ts';
import { StoppedClock } from './stopped-clock.ts';

// Time stands still unless it is moved.
const clock = new StoppedClock(Date.now());
let rig: Rig;
before(async () => {
  rig = await startRig({ clock, config: { rateLimits: true } });
});
after(() => rig.stop());

interface Usage {
  type: string;
  call_count: number;
  estimated_time_to_regain_access: number;
}

function usageOf({ headers }: Answer, wabaId: string): Usage | undefined {
  const told = headers.get('x-business-use-case-usage');
  return told === null ? undefined : (JSON.parse(told) as Record<string, Usage[]>)[wabaId]?.[0];
}

/** So many answers, asked for a few at a time. */
async function askTimes(times: number, ask: () => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  while (answers.length < times)
    answers.push(...(await Promise.all(Array.from({ length: Math.min(25, times - answers.length) }, ask))));
  return answers;
}

test('the 201st call for an account without a registered number is refused with 80007, and one an hour later is answered', async () => {
  const { wabaId: id, token } = await rig.createBusiness('Clinic');
  const ask = () => rig.graph('GET', `/${id}?fields=id`, { token });
  const answers = await askTimes(200, ask);
  assert.ok(answers.every(({ status }) => status === 200));
  const counts = answers.map((answer) => usageOf(answer, id)?.call_count ?? 0);
  assert.deepEqual([Math.min(...counts), Math.max(...counts)], [1, 100]);
  const refused = await ask();
  assertError(refused, 400, 80007);
  assert.equal(refused.body.error.is_transient, true);
  const usage = usageOf(refused, id);
  assert.deepEqual([usage?.type, usage?.estimated_time_to_regain_access], ['whatsapp_business_management', 60]);
  clock.set(clock.now() + 60 * 60_000 - 1);
  assertError(await ask(), 400, 80007);
  clock.set(clock.now() + 1);
  assert.equal((await ask()).status, 200);
});

test('a registered number gives an account more calls within a minute, and other accounts have their own', async () => {
  const bakery = await rig.createBusiness('Bakery');
  const { wabaId: id, token } = bakery;
  const ask = () => rig.graph('GET', `/${id}?fields=id`, { token });
  await askTimes(190, ask);
  assert.equal((await rig.graph('GET', `/${rig.bank.wabaId}`)).status, 200);
  await rig.register(bakery);
  await askTimes(10, ask);
  clock.set(clock.now() + 60_000);
  const [answer] = await askTimes(1, ask);
  assert.deepEqual([answer?.status, answer && usageOf(answer, id)?.call_count], [200, 5]);
});

test('messages are not counted, and what is of no account is counted for the app', async () => {
  await rig.register(rig.bank);
  const body = { messaging_product: 'whatsapp', to: '16505551234', text: { body: 'Hello' } };
  const sent = await rig.graph('POST', `/${rig.bank.phoneNumberId}/messages`, { body });
  assert.deepEqual([sent.status, usageOf(sent, rig.bank.wabaId)], [200, undefined]);
  const { headers } = await rig.graph('GET', `/${rig.bank.appId}`);
  assert.deepEqual(JSON.parse(headers.get('x-app-usage') ?? ''), { call_count: 1, total_cputime: 0, total_time: 0 });
});

test('the 101st template of an hour is refused, and what was refused before did not count', async () => {
  const body = (name: string) => ({
    name,
    language: 'en_US',
    category: 'UTILITY',
    components: [{ type: 'BODY', text: 'Your order is ready.' }],
  });
  const create = (name: string) => rig.graph('POST', `/${rig.bank.wabaId}/message_templates`, { body: body(name) });
  assertError(await create('No Such Name'), 400, 100);
  let made = 0;
  const answers = await askTimes(100, () => create(`template_${(made += 1)}`));
  assert.ok(answers.every(({ status }) => status === 200));
  const refused = await create('one_more');
  assertError(refused, 400, 80007);
  assert.match(refused.body.error.error_data?.details ?? '', /templates/);
  clock.set(clock.now() + 60 * 60_000);
  assert.equal((await create('one_more')).status, 200);
});

test('without limits nothing is counted', async () => {
  const free = await startRig({ config: { rateLimits: false } });
  try {
    const answer = await free.graph('GET', `/${free.bank.wabaId}`);
    assert.equal(answer.headers.get('x-business-use-case-usage'), null);
  } finally {
    await free.stop();
  }
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FlowEndpoint } from './flow-endpoint.ts';
import { Rig, temporaryFolder, until } from './rig.ts';

let folder: ReturnType<typeof temporaryFolder>;
let rig: Rig;
let endpoint: FlowEndpoint;
let ana = '';
before(async () => {
  folder = temporaryFolder();
  rig = await Rig.start(folder.dir);
  endpoint = await FlowEndpoint.start(rig.ready.appSecret);
  ana = rig.ready.people[0]!.waId;
  await uploadKey();
  await rig.untilInbound(await rig.say(ana, 'Hello'));
});
after(async () => {
  await rig?.stop();
  endpoint?.stop();
  folder?.remove();
});

async function uploadKey(): Promise<void> {
  const edge = `${rig.ready.phoneNumberId}/whatsapp_business_encryption`;
  const answer = await rig.cloudApi('POST', edge, { business_public_key: endpoint.publicKey });
  assert.deepEqual(answer.body, { success: true });
}

const choose = {
  type: 'RadioButtonsGroup',
  name: 'time',
  label: 'When?',
  required: true,
  'data-source': '${data.times}',
};
const footer = (label: string, action: object) => ({ type: 'Footer', label, 'on-click-action': action });
const layout = (...children: object[]) => ({ type: 'SingleColumnLayout', children });

const times = { type: 'array', items: { type: 'object', properties: {} }, __example__: [] };
const text = { type: 'string', __example__: 'x' };

/** Two screens that lead on by themselves. */
const alone = {
  version: '7.3',
  screens: [
    {
      id: 'TIMES',
      data: { times },
      layout: layout(
        choose,
        footer('Continue', {
          name: 'navigate',
          next: { type: 'screen', name: 'CONFIRM' },
          payload: { time: '${form.time}' },
        }),
      ),
    },
    {
      id: 'CONFIRM',
      terminal: true,
      data: { time: text },
      layout: layout(
        { type: 'TextBody', text: '${data.time}' },
        footer('Confirm', { name: 'complete', payload: { time: '${data.time}', first: '${screen.TIMES.form.time}' } }),
      ),
    },
  ],
};

/** The same for which an endpoint is asked at each step. */
const asking = {
  version: '7.3',
  data_api_version: '3.0',
  routing_model: { TIMES: ['CONFIRM'], CONFIRM: [] },
  screens: [
    {
      id: 'TIMES',
      data: { times },
      layout: layout(choose, footer('Continue', { name: 'data_exchange', payload: { time: '${form.time}' } })),
    },
    {
      id: 'CONFIRM',
      terminal: true,
      refresh_on_back: true,
      data: { time: text },
      layout: layout(
        { type: 'TextBody', text: '${data.time}' },
        footer('Confirm', { name: 'data_exchange', payload: { agreed: true } }),
      ),
    },
  ],
};

const nine = { times: [{ id: 'nine', title: '9:00' }] };
let made = 0;

/** Makes and publishes a flow, sends it, and has the person open it. */
async function open(file: object, parameters: object): Promise<{ id: string; wamid: string }> {
  made += 1;
  const body = {
    name: `flow ${made}`,
    categories: ['OTHER'],
    flow_json: JSON.stringify(file),
    ...('data_api_version' in file && { endpoint_uri: endpoint.url }),
    publish: true,
  };
  const flow = await rig.cloudApi('POST', `${rig.ready.businessAccountId}/flows`, body);
  assert.deepEqual([flow.body.success, flow.body.validation_errors], [true, []], JSON.stringify(flow.body));
  const action = {
    name: 'flow',
    parameters: { flow_id: flow.body.id, flow_cta: 'Book', flow_token: `token ${made}`, ...parameters },
  };
  const sent = await rig.cloudApi('POST', `${rig.ready.phoneNumberId}/messages`, {
    messaging_product: 'whatsapp',
    to: ana,
    type: 'interactive',
    interactive: { type: 'flow', body: { text: 'Book a time' }, action },
  });
  const wamid = sent.body.messages[0].id as string;
  await rig.untilOnPhone(ana, wamid, 'received');
  const opened = await rig.sandbox('POST', `/people/${ana}/flows`, { message_id: wamid });
  assert.deepEqual([opened.status, opened.body.status], [200, 'loading'], JSON.stringify(opened.body));
  return { id: opened.body.id, wamid };
}

async function tap(id: string, values: object = {}, label?: string) {
  const body = { values, ...(label !== undefined && { tap: label }) };
  return rig.sandbox('POST', `/people/${ana}/flows/${id}/tap`, body);
}

/** Waits until the phone shows a screen of the flow, and gives it. */
function untilShown(id: string, screen: string) {
  return until(`the phone shows ${screen}`, async () => {
    const { body } = await rig.sandbox('GET', `/people/${ana}/flows/${id}`);
    return body.status === 'open' && body.screen?.id === screen && body.failure === null && body.screen;
  });
}

function untilFailure(id: string) {
  return until('the phone shows that something failed', async () => {
    const { body } = await rig.sandbox('GET', `/people/${ana}/flows/${id}`);
    return body.failure && [body.status, body.failure];
  });
}

/** What the business hears at the end. */
function untilReply(wamid: string): Promise<Record<string, unknown>> {
  return until('the reply comes', () => {
    const found = rig.inbound().find(({ context }) => context?.id === wamid) as
      { interactive?: { nfm_reply: { name: string; response_json: string } } } | undefined;
    const reply = found?.interactive?.nfm_reply;
    return reply && { name: reply.name, ...(JSON.parse(reply.response_json) as object) };
  });
}

test('a person goes through a flow that leads on by itself, and what they entered comes as the reply', async () => {
  const { id, wamid } = await open(alone, { flow_action_payload: { screen: 'TIMES', data: nine } });
  const screen = await untilShown(id, 'TIMES');
  assert.deepEqual(screen.layout.children[0]['data-source'], nine.times);
  assert.equal((await tap(id)).status, 400);
  await tap(id, { time: 'nine' }, 'Continue');
  assert.equal((await untilShown(id, 'CONFIRM')).layout.children[0].text, 'nine');
  assert.equal((await rig.sandbox('POST', `/people/${ana}/flows/${id}/back`)).body.screen.id, 'TIMES');
  await tap(id, {});
  assert.deepEqual((await tap(id)).body.response, { flow_token: 'token 1', time: 'nine', first: 'nine' });
  assert.deepEqual(await untilReply(wamid), { name: 'flow', flow_token: 'token 1', time: 'nine', first: 'nine' });
  assert.equal((await tap(id)).status, 400);
});

test('the endpoint of the business says what is shown, and only it can read what was entered', async () => {
  endpoint.answering = ({ action, screen, data }) => {
    if (action === 'INIT') return { answer: { screen: 'TIMES', data: nine } };
    if (action === 'BACK') return { answer: { screen: 'TIMES', data: { times: [] } } };
    if (screen === 'TIMES') return { answer: { screen: 'CONFIRM', data: { time: String(data?.['time']) } } };
    return {
      answer: {
        screen: 'SUCCESS',
        data: { extension_message_response: { params: { order: 7, flow_token: 'token 2' } } },
      },
    };
  };
  const { id, wamid } = await open(asking, { flow_action: 'data_exchange' });
  await untilShown(id, 'TIMES');
  await tap(id, { time: 'nine' });
  assert.equal((await untilShown(id, 'CONFIRM')).layout.children[0].text, 'nine');
  await rig.sandbox('POST', `/people/${ana}/flows/${id}/back`);
  const back = await until('the times are refreshed', async () => {
    const shown = await untilShown(id, 'TIMES');
    return shown.layout.children[0]['data-source'].length === 0 && shown;
  });
  assert.equal(back.id, 'TIMES');
  await tap(id, { time: 'ten' });
  await untilShown(id, 'CONFIRM');
  await tap(id);
  assert.deepEqual(await untilReply(wamid), { name: 'flow', order: 7, flow_token: 'token 2' });
  const version = '3.0';
  const token = { flow_token: 'token 2' };
  assert.deepEqual(endpoint.asked, [
    { version, action: 'INIT', ...token },
    { version, action: 'data_exchange', screen: 'TIMES', data: { time: 'nine' }, ...token },
    { version, action: 'BACK', screen: 'CONFIRM', data: {}, ...token },
    { version, action: 'data_exchange', screen: 'TIMES', data: { time: 'ten' }, ...token },
    { version, action: 'data_exchange', screen: 'CONFIRM', data: { agreed: true }, ...token },
  ]);
  const view = JSON.stringify((await rig.sandbox('GET', '/transport-view')).body);
  assert.ok(!view.includes('nine') && !view.includes('data_exchange'));
});

test('what the endpoint does wrong is shown on the phone, and may be right the next time', async () => {
  endpoint.answering = () => ({ answer: { screen: 'TIMES', data: nine } });
  const { id } = await open(asking, { flow_action: 'data_exchange' });
  await untilShown(id, 'TIMES');
  for (const wrong of [
    { status: 500 },
    { text: 'no base64, and nothing that this key made' },
    { text: Buffer.alloc(64).toString('base64') },
    { answer: { screen: 'NOWHERE', data: {} } },
    { answer: { data: {} } },
  ]) {
    endpoint.answering = () => wrong;
    await tap(id, { time: 'nine' });
    assert.deepEqual(await untilFailure(id), ['open', { reason: 'endpoint', text: '' }], JSON.stringify(wrong));
  }
  endpoint.answering = () => ({ answer: { screen: 'CONFIRM', data: { time: 'nine' } } });
  await tap(id, { time: 'nine' });
  await untilShown(id, 'CONFIRM');
});

test('an endpoint that says that its key is another one is asked once more, with the key as it is by then', async () => {
  endpoint.answering = () => ({ answer: { screen: 'TIMES', data: nine } });
  endpoint.changeKey();
  const unreadable = endpoint.unreadable;
  const { id } = await open(asking, { flow_action: 'data_exchange' });
  assert.deepEqual(await untilFailure(id), ['failed', { reason: 'endpoint', text: '' }]);
  assert.equal(endpoint.unreadable, unreadable + 2);
  await uploadKey();
  const { id: other } = await open(asking, { flow_action: 'data_exchange' });
  await untilShown(other, 'TIMES');
});

test('a flow whose token is dead is over, and the business may say why', async () => {
  endpoint.answering = () => ({ answer: { screen: 'TIMES', data: nine } });
  const { id } = await open(asking, { flow_action: 'data_exchange' });
  await untilShown(id, 'TIMES');
  endpoint.answering = () => ({ status: 427, answer: { error_msg: 'The offer is over.' } });
  await tap(id, { time: 'nine' });
  assert.deepEqual(await untilFailure(id), ['failed', { reason: 'over', text: 'The offer is over.' }]);
  assert.equal((await tap(id, { time: 'nine' })).status, 400);
});

test('only what leads to a flow can be opened', async () => {
  const wamid = await rig.sendText(ana, 'No flow');
  await rig.untilOnPhone(ana, wamid, 'received');
  const opening = await rig.sandbox('POST', `/people/${ana}/flows`, { message_id: wamid });
  assert.deepEqual([opening.status, opening.body.error?.code], [404, 'no_flow']);
  assert.equal((await rig.sandbox('GET', `/people/${ana}/flows/none`)).status, 404);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertError, startRig, type Answer, type Business, type Rig } from './http-rig.ts';

interface Shown {
  id: string;
  name: string;
  language: string;
}

let rig: Rig;
let stranger: Business;
let path: string;
const ids = new Map<string, string>();
before(async () => {
  rig = await startRig();
  stranger = await rig.createBusiness('Stranger');
  path = `/v25.0/${rig.bank.wabaId}/message_templates`;
  for (const [name, language, category, text] of [
    ['order_sent', 'en_US', 'UTILITY', 'Your parcel has left.'],
    ['order_sent', 'de', 'UTILITY', 'Ihr Paket ist unterwegs.'],
    ['order_late', 'en_US', 'UTILITY', 'Your parcel is late.'],
    ['sale', 'en_US', 'MARKETING', 'Parcels are cheap.'],
  ] as const) {
    const body = { name, language, category, components: [{ type: 'BODY', text }] };
    ids.set(`${name} ${language}`, (await rig.graph('POST', path, { body })).body.id);
  }
});
after(() => rig.stop());

async function list(query: string): Promise<Answer> {
  const answer = await rig.graph('GET', path + query);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer;
}

function namesIn({ body }: Answer): string[] {
  return (body.data as unknown as Shown[]).map(({ name, language }) => `${name} ${language}`);
}

const all = ['hello_world en_US', 'order_sent en_US', 'order_sent de', 'order_late en_US', 'sale en_US'];

test('a template shows its default fields, or those that are asked for', async () => {
  const { data } = (await list('?name=sale')).body;
  assert.deepEqual(data, [
    {
      name: 'sale',
      parameter_format: 'POSITIONAL',
      components: [{ type: 'BODY', text: 'Parcels are cheap.' }],
      language: 'en_US',
      status: 'APPROVED',
      category: 'MARKETING',
      id: ids.get('sale en_US'),
    },
  ]);
  const some = await list('?name=sale&fields=quality_score,rejected_reason,source');
  assert.deepEqual(some.body.data, [
    { quality_score: { score: 'UNKNOWN' }, rejected_reason: 'NONE', source: 'USER_CREATED', id: ids.get('sale en_US') },
  ]);
  const one = await rig.graph('GET', `/${ids.get('sale en_US')}?fields=name,status`);
  assert.deepEqual(one.body, { name: 'sale', status: 'APPROVED', id: ids.get('sale en_US') });
  assertError(await rig.graph('GET', `${path}?fields=secret`), 400, 100);
});

test('templates are filtered by what they are called, say and are', async () => {
  const cases: [query: string, names: readonly string[]][] = [
    ['', all],
    ['?name=ORDER', ['order_sent en_US', 'order_sent de', 'order_late en_US']],
    ['?name=%25', []],
    ['?content=parcel', ['order_sent en_US', 'order_late en_US', 'sale en_US']],
    ['?content=POSITIONAL', []],
    ['?name_or_content=sale', ['sale en_US']],
    ['?name_or_content=paket', ['order_sent de']],
    ['?status=APPROVED', all],
    ['?status=rejected', []],
    ['?status=["REJECTED","APPROVED"]', all],
    ['?category=MARKETING', ['sale en_US']],
    ['?category=MARKETING,AUTHENTICATION', ['sale en_US']],
    ['?language=de', ['order_sent de']],
    ['?quality_score=UNKNOWN', all],
    ['?quality_score=GREEN', []],
    ['?source=USER_CREATED', all],
    ['?source=AUTO_GENERATED', []],
    ['?name=order&language=en_US&content=late', ['order_late en_US']],
  ];
  for (const [query, names] of cases) assert.deepEqual(namesIn(await list(query)), names, query);
  for (const query of ['?status=GOOD', '?category=X', '?quality_score=BLUE', `?name=${'x'.repeat(513)}`])
    assertError(await rig.graph('GET', path + query), 400, 100);
});

test('a list is paged in both directions by whole URLs of the caller’s own host, with their token if it came that way', async () => {
  const first = await rig.graph('GET', `${path}?limit=2&fields=name,language&access_token=${rig.bank.token}`, {
    token: null,
  });
  assert.deepEqual(namesIn(first), all.slice(0, 2));
  assert.equal(first.body.paging.previous, undefined);
  const { next = '' } = first.body.paging;
  assert.ok(next.startsWith(`${rig.url}${path}?`), next);
  const pages = [first.body];
  for (let url: string | undefined = next; url !== undefined; url = pages.at(-1)?.paging.next)
    pages.push((await (await fetch(url)).json()) as Answer['body']);
  const found = pages.flatMap(({ data }) =>
    (data as unknown as Shown[]).map(({ name, language }) => `${name} ${language}`),
  );
  assert.deepEqual(found, all);
  assert.equal(pages.length, 3);
  const back = (await (await fetch(pages[2]?.paging.previous ?? '')).json()) as Answer['body'];
  assert.deepEqual(back.data, pages[1]?.data);
  const start = (await (await fetch(back.paging.previous ?? '')).json()) as Answer['body'];
  assert.deepEqual(start.data, pages[0]?.data);
  assert.equal(start.paging.previous, undefined);
  const middle = pages[1]?.paging.cursors;
  assert.deepEqual(namesIn(await list(`?limit=1&after=${middle?.before}`)), [all[3]]);
  assert.deepEqual(namesIn(await list('?limit=2&name=nothing')), []);
});

test('a cursor or a limit that is none is refused', async () => {
  for (const query of ['?after=nonsense', '?before=%20', '?after=LTE=']) {
    const answer = await rig.graph('GET', path + query);
    assertError(answer, 400, 131059);
  }
  for (const query of ['?limit=0', '?limit=many', '?limit=-1'])
    assertError(await rig.graph('GET', path + query), 400, 100);
});

test('a summary counts what is asked for', async () => {
  const { body } = await list('?limit=1&name=order&summary=total_count,message_template_count,message_template_limit');
  const { summary } = body as unknown as { summary: object };
  assert.deepEqual(summary, { total_count: 3, message_template_count: 5, message_template_limit: 6_000 });
  assertError(await rig.graph('GET', `${path}?summary=money`), 400, 100);
});

test('another business’s token finds, counts, changes and uses no template', async () => {
  const id = ids.get('sale en_US') ?? '';
  const as = (token: string | null, method: string, to: string, body?: object) =>
    rig.graph(method, to, { token, ...(body && { body }) });
  const definition = {
    name: 'sale',
    language: 'en_US',
    category: 'MARKETING',
    components: [{ type: 'BODY', text: 'x' }],
  };
  const calls: [method: string, to: string, body?: object][] = [
    ['GET', path],
    ['GET', `${path}?summary=total_count`],
    ['POST', path, definition],
    ['DELETE', `${path}?name=sale`],
    ['DELETE', `${path}?hsm_ids=["${id}"]`],
    ['POST', `${path}/archive`, { hsm_ids: [id] }],
    ['POST', `/${rig.bank.wabaId}/upsert_message_templates`, { name: 'x', languages: ['de'] }],
    ['GET', `/${id}`],
    ['POST', `/${id}`, { components: [{ type: 'BODY', text: 'Theirs.' }] }],
    ['POST', `/${id}?cta_url_link_tracking_opted_out=true`],
    ['POST', `/${id}/unpause`],
    ['POST', `/${rig.bank.phoneNumberId}/marketing_messages`, { messaging_product: 'whatsapp' }],
  ];
  const appToken = `${rig.bank.appId}|${rig.bank.appSecret}`;
  for (const [method, to, body] of calls) {
    const answer = await as(stranger.token, method, to, body);
    assertError(answer, 400, 100);
    assert.equal(answer.body.error.error_subcode, 33, `${method} ${to}`);
    assert.equal(JSON.stringify(answer.body).includes('sale'), false);
    assertError(await as(null, method, to, body), 401, 104);
    assert.ok((await as(`${stranger.appId}|${stranger.appSecret}`, method, to, body)).status >= 400);
    if (to.startsWith(`/${id}`)) assert.ok((await as(appToken, method, to, body)).status >= 400);
  }
  // Nor from their own account: by ids of others nothing is removed, archived or shown.
  const own = `/${stranger.wabaId}/message_templates`;
  assertError(await as(stranger.token, 'DELETE', `${own}?hsm_ids=["${id}"]`), 400, 100);
  assertError(await as(stranger.token, 'DELETE', `${own}?name=sale`), 400, 100);
  const archived = await as(stranger.token, 'POST', `${own}/archive`, { hsm_ids: [id] });
  assert.deepEqual((archived.body as unknown as { archived_templates: string[] }).archived_templates, []);
  const { data } = (await as(stranger.token, 'GET', `${own}?fields=name`)).body;
  assert.deepEqual(
    (data as unknown as Shown[]).map(({ name }) => name),
    ['hello_world'],
  );
  assert.deepEqual(namesIn(await list('')), all);
  const shown = (await list('?name=sale&fields=components,cta_url_link_tracking_opted_out')).body.data;
  assert.deepEqual(shown, [{ components: [{ type: 'BODY', text: 'Parcels are cheap.' }], id }]);
});

test('another business cannot send by a name that only this one has', async () => {
  await rig.register(rig.bank);
  const { phoneNumberId } = stranger;
  const answer = await rig.graph('POST', `/${phoneNumberId}/messages`, {
    token: stranger.token,
    body: {
      messaging_product: 'whatsapp',
      to: '16505551234',
      type: 'template',
      template: { name: 'sale', language: { code: 'en_US' } },
    },
  });
  assertError(answer, 404, 132001);
});

test('templates are managed with the permission to manage, and sent with the permission to send', async () => {
  const { token } = await rig.issueToken({ scopes: ['whatsapp_business_messaging'] });
  const id = ids.get('sale en_US') ?? '';
  for (const [method, to] of [
    ['GET', path],
    ['POST', path],
    ['DELETE', path],
    ['GET', `/${id}`],
    ['POST', `/${id}`],
    ['POST', `/${id}/unpause`],
  ] as const)
    assertError(await rig.graph(method, to, { token }), 403, 200);
});

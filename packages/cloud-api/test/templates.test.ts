import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { limits } from '@postern/protocol';
import { TemplateLifeCycle } from '../src/templates/life-cycle.ts';
import { TemplateUpkeep } from '../src/templates/template-upkeep.ts';
import { assertError, startRig, type Answer, type Business, type Rig } from './http-rig.ts';

const reviewToken = 'token-of-who-reviews-templates';
const hour = limits.hourMs;
const day = 24 * hour;
let rig: Rig;
let upkeep: TemplateUpkeep;
let business: Business;

before(async () => {
  rig = await startRig({ config: { reviewToken, templateReview: 'after-delay', templateReviewDelaySeconds: 60 } });
  upkeep = new TemplateUpkeep(new TemplateLifeCycle(rig));
});
after(() => rig.stop());

// A business of its own for each test, so that none sees another one's templates or is kept from making more.
beforeEach(async () => {
  business = await rig.createBusiness('Shop');
  await rig.db.execute(
    `INSERT INTO app_subscriptions (app_id, callback_url, fields, updated_at_ms) VALUES ($1, 'http://127.0.0.1:1/', $2, 0)`,
    [
      business.appId,
      [
        'message_template_status_update',
        'message_template_quality_update',
        'message_template_components_update',
        'template_category_update',
      ],
    ],
  );
  await rig.db.execute('INSERT INTO subscribed_apps (waba_id, app_id) VALUES ($1, $2)', [
    business.wabaId,
    business.appId,
  ]);
});

const body = { type: 'BODY', text: 'We are open.' };
const simple = { name: 'open', language: 'en_US', category: 'UTILITY', components: [body] };

function call(method: string, path: string, sent?: unknown): Promise<Answer> {
  return rig.graph(method, path, { token: business.token, ...(sent !== undefined && { body: sent }) });
}

function create(definition: object = simple): Promise<Answer> {
  return call('POST', `/v25.0/${business.wabaId}/message_templates`, definition);
}

async function made(definition: object = simple): Promise<string> {
  const answer = await create(definition);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.id;
}

/** A template that was approved, because its time had come. */
async function approved(definition: object = simple): Promise<string> {
  const id = await made(definition);
  await wait(60_000);
  return id;
}

async function wait(ms: number): Promise<void> {
  rig.clock.setOffset(rig.clock.offsetMs + ms);
  await upkeep.run();
}

async function fieldsOf(id: string, fields: string): Promise<Record<string, unknown>> {
  const answer = await call('GET', `/v25.0/${id}?fields=${fields}`);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body as unknown as Record<string, unknown>;
}

const statusOf = async (id: string) => (await fieldsOf(id, 'status'))['status'];

async function decide(id: string, decision: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${rig.url}/operator/templates/${id}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${reviewToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(decision),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** What webhooks of a field say to the business, oldest first; each is told once. */
async function told(field: string): Promise<Record<string, unknown>[]> {
  const rows = await rig.db.query<{ event_id: number; value: Record<string, unknown> }>(
    'SELECT event_id, value FROM webhook_events WHERE owner_id = $1 AND field = $2 ORDER BY event_id',
    [business.wabaId, field],
  );
  await rig.db.execute('DELETE FROM webhook_events WHERE owner_id = $1 AND field = $2', [business.wabaId, field]);
  return rows.map(({ value }) => value);
}

const status = 'message_template_status_update';

test('a template is pending until its time has come, then approved, and webhooks say both', async () => {
  const answer = await create();
  const { id } = answer.body;
  assert.deepEqual(answer.body, { id, status: 'PENDING', category: 'UTILITY' });
  await wait(59_000);
  assert.equal(await statusOf(id), 'PENDING');
  await wait(1_000);
  assert.equal(await statusOf(id), 'APPROVED');
  const names = {
    message_template_id: Number(id),
    message_template_name: 'open',
    message_template_language: 'en_US',
    reason: 'NONE',
    message_template_category: 'UTILITY',
  };
  assert.deepEqual(await told(status), [
    { event: 'PENDING', ...names },
    { event: 'APPROVED', ...names },
  ]);
});

test('a reviewer sees what waits, and decides on it', async () => {
  const id = await made();
  const list = await fetch(`${rig.url}/operator/templates`, { headers: { authorization: `Bearer ${reviewToken}` } });
  const { templates } = (await list.json()) as { templates: { id: string; name: string }[] };
  assert.ok(templates.some((template) => template.id === id && template.name === 'open'));
  const rejected = await decide(id, { decision: 'reject', reason: 'INVALID_FORMAT', note: 'Say who you are.' });
  assert.deepEqual([rejected.status, rejected.body['status']], [200, 'REJECTED']);
  assert.deepEqual(await fieldsOf(id, 'status,rejected_reason,rejection_reason'), {
    status: 'REJECTED',
    rejected_reason: 'INVALID_FORMAT',
    rejection_reason: 'Say who you are.',
    id,
  });
  const [, event] = await told(status);
  assert.deepEqual([event?.['event'], event?.['reason']], ['REJECTED', 'INVALID_FORMAT']);
  const info = event?.['rejection_info'] as { reason: string } | undefined;
  assert.equal(info?.reason, 'Say who you are.');
  await wait(day);
  assert.equal(await statusOf(id), 'REJECTED');
  assert.equal((await decide(id, { decision: 'unpause' })).status, 409);
  assert.equal((await decide(id, { decision: 'praise' })).status, 400);
  assert.equal((await decide(id, { decision: 'reject' })).status, 400);
  assert.equal((await decide('1000000000000000', { decision: 'approve' })).status, 404);
});

test('nobody reviews without the reviewer’s token', async () => {
  const id = await made();
  for (const token of [business.token, `${business.appId}|${business.appSecret}`, 'guess', ''])
    for (const [method, path] of [
      ['GET', '/operator/templates'],
      ['POST', `/operator/templates/${id}`],
    ] as const) {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const sent = method === 'POST' ? JSON.stringify({ decision: 'approve' }) : null;
      assert.equal((await fetch(rig.url + path, { method, headers, body: sent })).status, 401);
    }
  assert.equal(await statusOf(id), 'PENDING');
});

test('bad quality pauses a template for 3 hours, then for 6, and then disables it', async () => {
  const id = await approved();
  await told(status);
  for (const [hours, title] of [
    [3, 'FIRST_PAUSE'],
    [6, 'SECOND_PAUSE'],
  ] as const) {
    await decide(id, { decision: 'quality', quality: 'RED' });
    assert.equal(await statusOf(id), 'PAUSED');
    await wait(hours * hour - 1_000);
    assert.equal(await statusOf(id), 'PAUSED');
    await wait(1_000);
    assert.equal(await statusOf(id), 'APPROVED');
    const events = await told(status);
    assert.deepEqual(
      events.map(({ event, other_info }) => [event, (other_info as { title: string }).title]),
      [
        ['PAUSED', title],
        ['APPROVED', 'UNPAUSE'],
      ],
    );
    await decide(id, { decision: 'quality', quality: 'GREEN' });
  }
  await decide(id, { decision: 'quality', quality: 'RED' });
  assert.equal(await statusOf(id), 'DISABLED');
  const [event] = await told(status);
  assert.equal(event?.['event'], 'DISABLED');
  const info = event?.['disable_info'] as { disable_date: string } | undefined;
  assert.match(info?.disable_date ?? '', /^\d{4}-\d\d-\d\d$/);
  const qualities = await told('message_template_quality_update');
  assert.deepEqual(
    qualities.map((value) => [value['previous_quality_score'], value['new_quality_score']]),
    [
      ['UNKNOWN', 'RED'],
      ['RED', 'GREEN'],
      ['GREEN', 'RED'],
      ['RED', 'GREEN'],
      ['GREEN', 'RED'],
    ],
  );
  assert.equal((await fieldsOf(id, 'quality_score'))['quality_score'] !== undefined, true);
});

test('a business ends a pause itself', async () => {
  const id = await approved();
  assert.deepEqual((await call('POST', `/${id}/unpause`)).body, {
    success: false,
    reason: 'The template is not paused.',
  });
  await decide(id, { decision: 'pause' });
  assert.deepEqual((await call('POST', `/${id}/unpause`)).body, { success: true });
  assert.equal(await statusOf(id), 'APPROVED');
});

test('another category is announced, then set', async () => {
  const id = await approved();
  const at = Math.floor((rig.clock.now() + day) / 1000);
  await decide(id, { decision: 'coming-category', category: 'MARKETING', at });
  await decide(id, { decision: 'category', category: 'MARKETING' });
  const names = { message_template_id: Number(id), message_template_name: 'open', message_template_language: 'en_US' };
  assert.deepEqual(await told('template_category_update'), [
    { ...names, new_category: 'UTILITY', correct_category: 'MARKETING', category_update_timestamp: at },
    { ...names, previous_category: 'UTILITY', new_category: 'MARKETING' },
  ]);
  assert.deepEqual(await fieldsOf(id, 'category,previous_category,correct_category'), {
    category: 'MARKETING',
    previous_category: 'UTILITY',
    id,
  });
});

test('an approved template is edited once a day and ten times in 30 days, and reviewed again', async () => {
  const id = await approved();
  const edit = (text: string) => call('POST', `/v25.0/${id}`, { components: [{ type: 'BODY', text }] });
  const first = await edit('We are closed.');
  assert.deepEqual(first.body, { success: true, id, name: 'open', category: 'UTILITY' });
  assert.equal(await statusOf(id), 'PENDING');
  const [update] = await told('message_template_components_update');
  assert.equal(update?.['message_template_element'], 'We are closed.');
  const inReview = await edit('We are open again.');
  assertError(inReview, 400, 100);
  assert.equal(inReview.body.error.error_subcode, 2388039);
  await wait(60_000);
  const again = await edit('We are open again.');
  assert.equal(again.body.error.error_subcode, 2388039);
  for (let edits = 1; edits < limits.maxTemplateEditsPerMonth; edits += 1) {
    await wait(day);
    assert.equal((await edit(`We are open, ${edits}.`)).status, 200);
    await wait(60_000);
  }
  await wait(day);
  assert.equal((await edit('Too often.')).body.error.error_subcode, 2388039);
  await wait(30 * day);
  assert.equal((await edit('After a month.')).status, 200);
});

test('an edit changes what it names, and of an approved template never the category', async () => {
  const id = await approved({ ...simple, message_send_ttl_seconds: 60 });
  assertError(await call('POST', `/${id}`, { category: 'MARKETING', components: [body] }), 400, 100);
  assertError(await call('POST', `/${id}`, {}), 400, 100);
  assertError(await call('POST', `/${id}`, { parameter_format: 'NAMED' }), 400, 100);
  assertError(await call('POST', `/${id}`, { components: [{ type: 'BODY', text: '{{1}}' }] }), 400, 100);
  const tracked = await call('POST', `/${id}?cta_url_link_tracking_opted_out=true`);
  assert.deepEqual(tracked.body, { success: true });
  assert.equal((await call('POST', `/${id}`, { message_send_ttl_seconds: 90 })).status, 200);
  const fields = 'components,message_send_ttl_seconds,cta_url_link_tracking_opted_out';
  assert.deepEqual(await fieldsOf(id, fields), {
    components: [body],
    message_send_ttl_seconds: 90,
    cta_url_link_tracking_opted_out: true,
    id,
  });
  await decide(id, { decision: 'reject', reason: 'INCORRECT_CATEGORY' });
  assert.equal((await call('POST', `/${id}`, { category: 'MARKETING', message_send_ttl_seconds: 43_200 })).status, 200);
  assert.equal((await fieldsOf(id, 'category'))['category'], 'MARKETING');
});

test('templates are deleted by name in every language, by id and name, and by ids', async () => {
  const ids: Record<string, string> = {};
  for (const name of ['one', 'two', 'three'])
    for (const language of ['en_US', 'de']) ids[`${name} ${language}`] = await made({ ...simple, name, language });
  const path = `/v25.0/${business.wabaId}/message_templates`;
  const names = async () => {
    const { data } = (await call('GET', `${path}?fields=name,language`)).body;
    return (data as unknown as { name: string; language: string }[]).map(({ name, language }) => `${name} ${language}`);
  };
  assert.deepEqual((await call('DELETE', `${path}?name=one`)).body, { success: true });
  assert.deepEqual((await call('DELETE', `${path}?hsm_id=${ids['two de']}&name=two`)).body, { success: true });
  assert.deepEqual(await names(), ['hello_world en_US', 'two en_US', 'three en_US', 'three de']);
  assertError(await call('DELETE', `${path}?hsm_id=${ids['three de']}&name=two`), 400, 100);
  assertError(await call('DELETE', `${path}?hsm_id=${ids['three de']}`), 400, 100);
  assertError(await call('DELETE', `${path}?name=nothing`), 400, 100);
  assertError(await call('DELETE', path), 400, 100);
  assertError(await call('DELETE', `${path}?hsm_ids=[]`), 400, 100);
  const listed = JSON.stringify([ids['two en_US'], ids['three de']]);
  assert.equal((await call('DELETE', `${path}?hsm_ids=${encodeURIComponent(listed)}`)).status, 200);
  assert.deepEqual(await names(), ['hello_world en_US', 'three en_US']);
  const events = await told(status);
  assert.equal(events.filter(({ event }) => event === 'DELETED').length, 5);
});

test('the name of an approved template that was deleted is locked for 30 days in its language', async () => {
  await approved();
  const path = `/${business.wabaId}/message_templates`;
  const twice = await create();
  assertError(twice, 400, 100);
  assert.equal(twice.body.error.error_subcode, 2388024);
  await call('DELETE', `${path}?name=open`);
  const locked = await create();
  assert.equal(locked.body.error.error_subcode, 2388023);
  assert.equal((await create({ ...simple, language: 'de' })).status, 200);
  await wait(30 * day - 1_000);
  assert.equal((await create()).body.error.error_subcode, 2388023);
  await wait(1_000);
  assert.equal((await create()).status, 200);
  await call('DELETE', `${path}?name=open`);
  assert.equal((await create()).status, 200, 'it was not approved yet');
});

test('a hundred templates an hour, and 6,000 in all', async () => {
  const path = `/${business.wabaId}/message_templates`;
  for (let index = 0; index < limits.maxTemplateCreationsPerHour; index += 1)
    await made({ ...simple, name: `template_${index}` });
  const refused = await create();
  assertError(refused, 400, 80007);
  await wait(hour);
  await rig.db.execute(
    `INSERT INTO message_templates (waba_id, template_id, name, language, category, status, parameter_format, components,
       created_at_ms, updated_at_ms)
     SELECT $1, 'x' || n, 'x_' || n, 'en_US', 'UTILITY', 'PENDING', 'POSITIONAL', '[]', 0, 0
     FROM generate_series(1, $2::integer) AS n`,
    [business.wabaId, limits.maxTemplatesPerBusinessAccount - limits.maxTemplateCreationsPerHour - 1],
  );
  const full = await create();
  assert.equal(full.body.error.error_subcode, 2388019);
  await call('DELETE', `${path}?name=x_1`);
  assert.equal((await create()).status, 200);
});

test('an authentication template is made and changed in many languages at once', async () => {
  const upsert = (languages: unknown, minutes: number) =>
    call('POST', `/${business.wabaId}/upsert_message_templates`, {
      name: 'code',
      languages,
      category: 'AUTHENTICATION',
      components: [
        { type: 'BODY', add_security_recommendation: true },
        { type: 'FOOTER', code_expiration_minutes: minutes },
        { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE' }] },
      ],
    });
  const first = await upsert(['en_US', 'de'], 5);
  const both = first.body.data as unknown as { id: string; status: string; language: string }[];
  assert.deepEqual(
    both.map(({ status: state, language }) => [state, language]),
    [
      ['PENDING', 'en_US'],
      ['PENDING', 'de'],
    ],
  );
  await wait(60_000);
  const second = await upsert(['de', 'fr'], 10);
  assert.equal(second.status, 200, JSON.stringify(second.body));
  const { data } = second.body;
  assert.equal(data[0]?.id, both[1]?.id);
  const { components } = await fieldsOf(String(data[0]?.id), 'components');
  assert.equal((components as { text: string }[])[1]?.text, 'Dieser Code läuft in 10 Minuten ab.');
  assertError(await upsert([], 5), 400, 100);
  assertError(await upsert(['en_US', 'xx'], 5), 400, 100);
  const other = { name: 'other', languages: ['de'], category: 'UTILITY', components: [body] };
  assertError(await call('POST', `/${business.wabaId}/upsert_message_templates`, other), 400, 100);
});

test('an archived template is no longer sent, comes back, and is deleted after 28 days', async () => {
  const id = await approved();
  const archive = (edge: string, ids: string[]) =>
    call('POST', `/${business.wabaId}/message_templates/${edge}`, { hsm_ids: ids });
  const first = (await archive('archive', [id, '1000000000000000'])).body as unknown as Record<string, unknown>;
  assert.deepEqual(first['archived_templates'], [id]);
  assert.deepEqual(Object.keys(first['failed_templates'] as object), ['1000000000000000']);
  assert.equal(await statusOf(id), 'ARCHIVED');
  const back = (await archive('unarchive', [id])).body as unknown as Record<string, unknown>;
  assert.deepEqual(back, { unarchived_templates: [id], failed_templates: {} });
  assert.equal(await statusOf(id), 'APPROVED');
  await archive('archive', [id]);
  await wait(28 * day);
  assertError(await call('GET', `/${id}`), 400, 100);
  const events = await told(status);
  assert.deepEqual(
    events.map(({ event }) => event),
    ['PENDING', 'APPROVED', 'ARCHIVED', 'UNARCHIVED', 'ARCHIVED', 'DELETED'],
  );
});

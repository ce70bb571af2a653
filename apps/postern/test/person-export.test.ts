import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test, type TestContext } from 'node:test';
import type { PhoneNumber } from '@postern/protocol';
import { findBusinessAccess } from '../src/business/business-access.ts';
import type { ExportedMessage } from '../src/business/person-data.ts';
import { confirm } from '../src/cli/confirmation.ts';
import { erase } from '../src/commands/erase.ts';
import { exportPerson } from '../src/commands/export.ts';
import { ExportFolder } from '../src/person-export/export-folder.ts';
import { PersonPage } from '../src/person-export/person-page.ts';
import { temporaryFolder } from './rig.ts';

const ana = '15550002201' as PhoneNumber;
const desk = '15550001111';

function message(fields: Partial<ExportedMessage> = {}): ExportedMessage {
  const time = '2026-01-30T08:00:00.000Z';
  const text = { body: 'Hello' };
  const ids = { id: 'wamid.x', phone_number_id: '501' };
  return { kind: 'message', ...ids, from: ana, to: desk, time, status: 'received', type: 'text', text, ...fields };
}

function pageOf(items: readonly ExportedMessage[], name = 'Bakery'): string {
  const page = new PersonPage({
    account: { id: '900', name },
    person: ana,
    exportedAt: new Date('2026-01-31T10:00:00Z'),
  });
  return page.begin() + items.map((item) => page.add(item)).join('') + page.end();
}

function folderFor(t: TestContext): string {
  const { dir, remove } = temporaryFolder();
  t.after(remove);
  return dir;
}

/** A server of somebody else, who answers as they like. */
async function serve(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('whatever a value is, it is text on the page and nothing else', () => {
  const evil = `<script>alert(1)</script><img src=x onerror="alert('2')">&amp;`;
  const html = pageOf(
    [
      message({ text: { body: evil }, sender_name: evil, biz_opaque_callback_data: evil, status: evil }),
      message({ type: evil, text: undefined as never, time: `2026-01-31${evil}`, phone_number_id: evil, from: evil }),
    ],
    evil,
  );
  assert.doesNotMatch(html, /<script|<img|onerror="/);
  assert.ok(html.includes('&lt;script&gt;alert(1)&lt;/script&gt;'));
  assert.ok(html.includes('&amp;amp;'));
  assert.match(html, /http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;/);
});

test('the page has every message under its number and day, and says who wrote it', () => {
  const html = pageOf([
    message({ text: { body: 'one' }, sender_name: 'Ana' }),
    message({ text: { body: 'two' }, from: desk, to: ana, status: 'read' }),
    message({ text: { body: 'שלום' }, time: '2026-01-31T09:00:00.000Z' }),
    message({ text: { body: 'four' }, time: '2026-01-31T09:00:00.000Z', phone_number_id: '502', to: '15550001112' }),
  ]);
  const order = [
    '+15550001111',
    '2026-01-30',
    'one',
    'two',
    '2026-01-31',
    'שלום',
    '+15550001112',
    '2026-01-31',
    'four',
  ];
  let from = html.indexOf('</header>');
  for (const text of order) {
    from = html.indexOf(`>${text}<`, from);
    assert.ok(from > 0, `${text} is not where it belongs`);
  }
  assert.match(html, /<li class="person">\n<p class="by"><bdi>Ana<\/bdi>/);
  assert.match(
    html,
    /<li class="business">\n<p class="by"><bdi>Bakery<\/bdi>.* · read<\/p>\n<p class="body" dir="auto">two/,
  );
  for (const tag of ['section', 'ol', 'li', 'p', 'bdi', 'main']) {
    const count = (pattern: string) => html.match(new RegExp(pattern, 'g'))?.length;
    assert.equal(count(`<${tag}[ >]`), count(`</${tag}>`), `${tag} is not closed as often as it is opened`);
  }
});

test('an export goes into an empty folder only, which nobody else can enter', (t) => {
  const dir = folderFor(t);
  mkdirSync(join(dir, 'open'), { mode: 0o755 });
  for (const name of ['open', 'new/and/deep']) {
    const folder = ExportFolder.create(join(dir, name));
    const file = folder.add('data.jsonl');
    file.append('{}\n');
    file.finish();
    assert.equal(statSync(folder.path).mode & 0o777, 0o700);
    assert.equal(statSync(join(folder.path, 'data.jsonl')).mode & 0o777, 0o600);
    assert.throws(() => ExportFolder.create(join(dir, name)), { name: 'ExportFolderError', message: /is not empty/ });
  }
  writeFileSync(join(dir, 'file'), '');
  assert.throws(() => ExportFolder.create(join(dir, 'file')), { name: 'ExportFolderError' });
});

test('an export does not write through a link that somebody laid', (t) => {
  const dir = folderFor(t);
  writeFileSync(join(dir, 'theirs'), 'as it was');
  const folder = ExportFolder.create(join(dir, 'to'));
  symlinkSync(join(dir, 'theirs'), join(dir, 'to', 'data.jsonl'));
  assert.throws(() => folder.add('data.jsonl'), { code: 'EEXIST' });
  assert.equal(readFileSync(join(dir, 'theirs'), 'utf8'), 'as it was');
});

test('an export that cannot be finished leaves nothing behind', async (t) => {
  const page = { data: [message()], paging: { cursors: { after: 'same' } } };
  const answers: Record<string, (asked: number) => [number, unknown]> = {
    'did not answer|not a Cloud API': () => [500, 'no JSON'],
    'same page again': () => [200, page],
    'not a Cloud API': (asked) => [200, asked === 1 ? page : { data: [{ kind: 'message' }] }],
    'refused: busy.*later': (asked) =>
      asked === 1
        ? [200, page]
        : [503, { error: { message: 'busy', is_transient: true, error_data: { details: 'later' } } }],
  };
  for (const [said, answer] of Object.entries(answers)) {
    const dir = folderFor(t);
    let asked = 0;
    const url = await serve(t, (request, response) => {
      if (!request.url?.includes('person_data')) return response.end('{"name":"Bakery"}');
      asked += 1;
      const [status, body] = answer(asked);
      return response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    const access = { url, wabaId: '900', token: 'EAA' };
    for (const name of ['new', 'kept']) {
      if (name === 'kept') mkdirSync(join(dir, name));
      asked = 0;
      const options = { access, person: ana, to: join(dir, name), json: true, now: new Date(), write: assert.fail };
      await assert.rejects(exportPerson(options), { name: 'CloudApiCallError', message: new RegExp(said) });
    }
    assert.deepEqual(readdirSync(dir, { recursive: true }), ['kept']);
  }
});

test('a redirect is not followed: the token goes nowhere else', async (t) => {
  let visits = 0;
  const elsewhere = await serve(t, (_request, response) => {
    visits += 1;
    response.end('{"name":"Bakery"}');
  });
  const url = await serve(t, (request, response) =>
    response.writeHead(307, { location: `${elsewhere}${request.url}` }).end(),
  );
  const access = { url, wabaId: '900', token: 'EAA' };
  const to = join(folderFor(t), 'to');
  await assert.rejects(exportPerson({ access, person: ana, to, json: true, now: new Date(), write: assert.fail }), {
    name: 'CloudApiCallError',
  });
  assert.equal(visits, 0);
});

test('only the word yes at a terminal confirms', async () => {
  const ask = (typed: string | null, isTTY = true) => {
    const input = Object.assign(new PassThrough(), { isTTY });
    input.end(typed);
    return confirm('Erase?', { input, output: new PassThrough() });
  };
  assert.equal(await ask('yes\n'), true);
  for (const typed of ['no\n', 'y\n', '\n', 'yes, no\n', null]) assert.equal(await ask(typed), false, `${typed}`);
  await assert.rejects(ask('yes\n', false), { name: 'UsageError', message: /--yes/ });
});

test('who does not confirm has erased nothing', async (t) => {
  const methods: (string | undefined)[] = [];
  const url = await serve(t, (request, response) => {
    methods.push(request.method);
    response.end('{"name":"Bakery"}');
  });
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = new PassThrough();
  input.end('no\n');
  const said: string[] = [];
  const code = await erase({
    access: { url, wabaId: '900', token: 'EAA' },
    person: ana,
    yes: false,
    waitMs: 0,
    json: false,
    terminal: { input, output },
    write: (text) => said.push(text),
  });
  assert.deepEqual([code, said, methods], [1, ['Nothing was erased.\n'], ['GET']]);
  assert.match(String(output.read()), /"Bakery" \(900\).*\+15550002201/);
});

test('a token is taken from where it was put, and from nowhere else', (t) => {
  const dir = folderFor(t);
  const tokenFile = join(dir, 'token');
  writeFileSync(tokenFile, 'EAAfile\n');
  const remote = { data: dir, url: 'https://example.org/graph/', waba: '900', tokenFile: null };
  const environment = { POSTERN_TOKEN: 'EAAenvironment' };
  assert.deepEqual(findBusinessAccess({ ...remote, tokenFile }, environment), {
    url: 'https://example.org/graph',
    wabaId: '900',
    token: 'EAAfile',
  });
  assert.equal(findBusinessAccess(remote, environment).token, 'EAAenvironment');
  // The sandbox's own token, not the one for somewhere else.
  const ports = { cloudApi: 1, transport: 2, businessManager: 3, sandbox: 4 };
  writeFileSync(join(dir, 'instance.json'), JSON.stringify({ pid: 1, ports }));
  writeFileSync(join(dir, 'sandbox.json'), JSON.stringify({ business: { wabaId: '7', accessToken: 'EAAsandbox' } }));
  const local = { data: dir, url: null, waba: null, tokenFile: null };
  assert.equal(findBusinessAccess(local, environment).token, 'EAAsandbox');
  writeFileSync(join(dir, 'bad'), 'two words');
  for (const wrong of [
    { ...remote, waba: null },
    { ...remote, waba: '900/../901' },
    { ...remote, url: 'ftp://example.org' },
    { ...remote, tokenFile: join(dir, 'bad') },
    { ...remote, tokenFile: join(dir, 'none') },
    { ...local, waba: '900' },
    { ...local, tokenFile },
  ])
    assert.throws(() => findBusinessAccess(wrong, environment), { name: 'UsageError' }, JSON.stringify(wrong));
  assert.throws(() => findBusinessAccess(remote, {}), { name: 'UsageError', message: /POSTERN_TOKEN/ });
});

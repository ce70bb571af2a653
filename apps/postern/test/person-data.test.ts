import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Rig, runProgram, temporaryFolder, until } from './rig.ts';

const folder = temporaryFolder();
const exports = temporaryFolder();
let rig: Rig;
let ana = '';
let ben = '';
before(async () => {
  rig = await Rig.start(folder.dir);
  ana = rig.ready.people[0]!.waId;
  ben = rig.ready.people[1]!.waId;
  for (const waId of [ana, ben]) {
    const id = await rig.sendText(waId, `Hello ${waId} <b>`);
    await rig.untilOnPhone(waId, id, 'received');
    await rig.untilInbound(await rig.say(waId, 'Good day', id));
    await rig.untilStatus(id, 'delivered');
  }
});
after(async () => {
  await rig?.stop();
  folder.remove();
  exports.remove();
});

interface Line {
  kind: string;
  from: string;
  to: string;
  context?: { id?: string };
  text: { body: string };
}

const program = (args: string[], environment?: NodeJS.ProcessEnv) => runProgram(args, environment);
const local = (...args: string[]) => program([...args, '--data', folder.dir]);
const path = (...names: string[]) => join(exports.dir, ...names);

function readLines(name: string): Line[] {
  const lines = readFileSync(path(name, 'data.jsonl'), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
}

test('an export is a folder for its owner alone, with all of one person for programs and as a page', async () => {
  const { code, stdout, stderr } = await local('export', `+${ana}`, '--to', path('ana'));
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Messages: 3, conversations: 1\. See .*index\.html\n$/);
  assert.ok(!stdout.includes('Hello'), 'nothing of the content is printed');
  assert.deepEqual(readdirSync(path('ana')).toSorted(), ['about.json', 'data.jsonl', 'index.html']);
  assert.equal(statSync(path('ana')).mode & 0o777, 0o700);
  for (const name of readdirSync(path('ana'))) assert.equal(statSync(path('ana', name)).mode & 0o777, 0o600);
  const lines = readLines('ana');
  const desk = rig.ready.displayPhoneNumber.replace('+', '');
  const messages = lines.filter(({ kind }) => kind === 'message');
  assert.deepEqual(
    new Set(messages.map(({ from, to, text }) => `${from} to ${to}: ${text.body}`)),
    new Set([`${ana} to ${desk}: Hi`, `${ana} to ${desk}: Good day`, `${desk} to ${ana}: Hello ${ana} <b>`]),
  );
  assert.ok(lines.some(({ context }) => context?.id?.startsWith('wamid.')));
  const page = readFileSync(path('ana', 'index.html'), 'utf8');
  assert.ok(page.includes(`Hello ${ana} &lt;b&gt;`) && page.includes('Good day') && page.includes('Postern Sandbox'));
  const about = JSON.parse(readFileSync(path('ana', 'about.json'), 'utf8')) as Record<string, unknown>;
  assert.deepEqual(about['counts'], { conversations: 1, messages: 3 });
  assert.deepEqual(about['business_account'], { id: rig.ready.businessAccountId, name: 'Postern Sandbox' });
  for (const name of readdirSync(path('ana'))) assert.ok(!readFileSync(path('ana', name), 'utf8').includes(ben));
});

test('another Cloud API is called with a token from a file or the environment', async () => {
  const { cloudApi, businessAccountId, accessToken } = rig.ready;
  const args = ['export', ben, '--json', '--url', cloudApi, '--waba', businessAccountId];
  writeFileSync(path('token'), `${accessToken}\n`, { mode: 0o600 });
  const byFile = await program([...args, '--to', path('by-file'), '--token-file', path('token')]);
  assert.equal(byFile.code, 0, byFile.stderr);
  const said = JSON.parse(byFile.stdout) as object;
  assert.deepEqual(said, { event: 'exported', folder: path('by-file'), conversations: 1, messages: 3 });
  const environment = { POSTERN_TOKEN: accessToken };
  assert.equal((await program([...args, '--to', path('by-environment')], environment)).code, 0);
  assert.equal(readLines('by-environment').length, 4);
});

test('what cannot be done is said, changes nothing and leaves nothing behind', async () => {
  const { cloudApi, businessAccountId } = rig.ready;
  const remote = ['--url', cloudApi, '--waba', businessAccountId];
  const wrong = { POSTERN_TOKEN: `EAA${'x'.repeat(43)}` };
  for (const [code, said, { stderr, code: was }] of [
    [2, /--token/, await local('export', ana, '--to', path('x'), '--token', 'EAA')],
    [2, /--to/, await local('export', ana)],
    [2, /international form/, await local('export', 'Ana', '--to', path('x'))],
    [2, /international form/, await local('erase', '--yes')],
    [2, /--yes/, await local('erase', ana)],
    [2, /--wait/, await local('erase', ana, '--yes', '--wait', 'long')],
    [1, /is not empty/, await local('export', ana, '--to', folder.dir)],
    [1, /refused: .*access token/, await program(['export', ana, '--to', path('x'), ...remote], wrong)],
    [1, /refused: .*access token/, await program(['erase', ana, '--yes', ...remote], wrong)],
    [1, /No sandbox runs/, await program(['erase', ana, '--yes', '--data', exports.dir])],
  ] as const) {
    assert.equal(was, code, stderr);
    assert.match(stderr, said);
    assert.doesNotMatch(stderr, /\n {4}at /);
  }
  assert.equal(existsSync(path('x')), false);
  const { body } = await rig.cloudApi('GET', `${businessAccountId}/erasures`);
  assert.deepEqual(body.data, []);
});

/** The process of the sandbox that deletes the rows. */
function findWorker(): number {
  const processes = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const found = processes.map((line) => line.trim().split(/\s+/)).filter(([, parent]) => parent === String(rig.pid));
  const worker = found.find((words) => words.includes('cloud-api-worker'));
  assert.ok(worker?.[0], 'the worker is not among the processes');
  return Number(worker[0]);
}

test('an erased person is unreadable at once; that the rows are still there is another exit code', async () => {
  const worker = findWorker();
  process.kill(worker, 'SIGSTOP');
  const lines = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  try {
    const early = await local('erase', ana, '--yes', '--wait', '0', '--json');
    assert.equal(early.code, 3, early.stderr);
    assert.deepEqual(
      lines(early.stdout).map(({ event }) => event),
      ['keys-destroyed'],
    );
    assert.equal((await local('export', ana, '--to', path('erased'))).code, 0);
    assert.deepEqual(readLines('erased'), []);
    assert.match(readFileSync(path('erased', 'index.html'), 'utf8'), /Nothing is kept of this person/);
  } finally {
    process.kill(worker, 'SIGCONT');
  }
  const { body } = await until('the rows are deleted', async () => {
    const answer = await rig.cloudApi('GET', `${rig.ready.businessAccountId}/erasures`);
    return answer.body.data[0].rows_deleted_at && answer;
  });
  assert.equal(body.data[0].messages, 3);
  assert.equal((await local('export', ben, '--to', path('ben'))).code, 0);
  assert.equal(readLines('ben').length, 4, 'others are as they were');
});

test('an erasure ends with the receipt that the rows are gone', async () => {
  const { code, stdout, stderr } = await local('erase', ben, '--yes', '--wait', '60');
  assert.equal(code, 0, stderr);
  assert.match(
    stdout,
    /^Nothing that was kept opens any more, since \S+\. Receipt \S+\nThe rows were deleted at \S+: messages 3, sessions 1\.\n$/,
  );
  assert.ok(!stdout.includes(ben));
});

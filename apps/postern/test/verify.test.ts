import assert from 'node:assert/strict';
import { chmodSync, cpSync, globSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { statements } from '../src/access/statements.ts';
import { Rig, runProgram, temporaryFolder, until } from './rig.ts';
import { runVerify, type Verified } from './verify-rig.ts';

const folder = temporaryFolder();
const { dir } = folder;
const at = (...names: string[]) => join(dir, ...names);

let rig: Rig;
before(async () => {
  rig = await Rig.start(dir);
});
after(async () => {
  await rig.stop();
  folder.remove();
});

const rootKey = () => globSync(at('keyring', 'root.*'))[0] ?? assert.fail('there is no root key');

test('nothing is wrong with an installation as it is, and every statement is spoken of', async () => {
  const { code, failed, partly, notChecked, standings, problems } = await runVerify('--data', dir);
  assert.deepEqual(problems, []);
  assert.deepEqual(failed, []);
  // The terms are for a business to accept; the others are not built, or not to be seen.
  assert.deepEqual(notChecked, ['S10', 'S12', 'S25', 'S26', 'S31']);
  // Whether core dumps are allowed depends on where the test runs.
  const ofCoreDumps = ['S20', 'S29'];
  assert.deepEqual(
    partly.filter((statement) => !ofCoreDumps.includes(statement)),
    ['S23', 'S27'],
  );
  for (const { statement, status, checks } of standings)
    assert.equal(
      status === 'ok',
      checks.every((check) => check.status === 'ok'),
      statement,
    );
  assert.deepEqual(
    standings.map(({ statement }) => statement),
    Object.keys(statements),
  );
  assert.equal(code, 0);
});

test('the page for people says the same, and leaves the installation as it was but for the canary', async () => {
  const { code, stdout } = await runProgram(['verify', '--data', dir]);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /^ok {11}S1 {3}A message from a person/m);
  assert.match(stdout, /^not checked {2}S25 /m);
  assert.match(stdout, /Nothing was found wrong; partly looked at: \d, not checked: 5 of 31 statements\./);
  const person = rig.ready.people[0]?.waId ?? '';
  const texts = (await rig.inbox(person)).map(({ text }) => text?.body ?? '');
  assert.equal(texts[0], 'Hi');
  assert.ok(texts.length > 1 && texts.slice(1).every((text) => /^postern verify [0-9a-f]{32}$/.test(text)));
});

test('31 days later everything of today is gone, and nothing is wrong', async () => {
  const today = await runVerify('--data', dir);
  await rig.sandbox('POST', '/clock', { advance: '31d' });
  const later = await until('all is well again', async () => {
    const verified = await runVerify('--data', dir);
    return verified.failed.length === 0 ? verified : null;
  });
  const oldest = ({ standings }: Verified) =>
    standings
      .find(({ statement }) => statement === 'S17')
      ?.checks.find(({ what }) => what === 'no message is past its time')?.detail;
  assert.match(oldest(today) ?? '', /the oldest is of /);
  assert.notEqual(oldest(later), oldest(today));
});

test('of config files alone it checks what they name, and says what it could not see', async (t) => {
  const some = temporaryFolder();
  t.after(some.remove);
  mkdirSync(join(some.dir, 'config'), { mode: 0o700 });
  cpSync(at('config/transport.json'), join(some.dir, 'config/transport.json'));
  const { code, failed, standings, problems } = await runVerify('--config', join(some.dir, 'config'));
  assert.deepEqual(failed, [], problems.join('\n'));
  assert.equal(code, 0);
  const of = (name: string) => standings.find(({ statement }) => statement === name);
  assert.equal(of('S19')?.status, 'partly');
  assert.equal(of('S16')?.status, 'not-checked');
  assert.match(of('S16')?.checks[0]?.detail ?? '', /no config file of cloud-api|there is no sandbox here/);
});

test('a number that was deregistered is nothing wrong: no text can be sent, and that is said', async () => {
  const { cloudApi, phoneNumberId, accessToken } = rig.ready;
  const headers = { authorization: `Bearer ${accessToken}` };
  const answer = await fetch(`${cloudApi}/v23.0/${phoneNumberId}/deregister`, { method: 'POST', headers });
  assert.equal(answer.status, 200);
  const { code, standings, problems } = await runVerify('--data', dir);
  assert.deepEqual(problems, []);
  assert.equal(code, 0);
  const s1 = standings.find(({ statement }) => statement === 'S1');
  assert.equal(s1?.status, 'not-checked');
  assert.match(s1?.checks[0]?.detail ?? '', /the number \d+ is not registered/);
});

test('when nothing runs it still checks files, keys and audit logs', async () => {
  await rig.stop();
  const { code, failed, standings, problems, sum } = await runVerify('--data', dir);
  assert.deepEqual(failed, [], problems.join('\n'));
  assert.equal(code, 3);
  assert.equal(sum.isRunning, false);
  const of = (name: string) => standings.find(({ statement }) => statement === name);
  assert.equal(of('S14')?.status, 'partly');
  assert.equal(of('S29')?.status, 'partly');
  assert.equal(of('S16')?.status, 'not-checked');
  const page = await runProgram(['verify', '--stopped', '--data', dir]);
  assert.equal(page.code, 0);
  assert.match(page.stdout, /^Postern does not run on this data folder: only files were looked at\./);
  chmodSync(rootKey(), 0o640);
  const open = await runVerify('--stopped', '--data', dir);
  assert.deepEqual(open.failed, ['S29']);
  assert.equal(open.code, 1);
  chmodSync(rootKey(), 0o600);
});

test('systems and databases that do not answer are not checked, which is another exit code than wrong', async () => {
  const { code, failed, standings, problems, sum } = await runVerify('--config', at('config'));
  assert.deepEqual(failed, [], problems.join('\n'));
  assert.equal(code, 3);
  assert.match(sum.unreachable.join('\n'), /the database cannot be reached/);
  assert.match(sum.unreachable.join('\n'), /does not answer/);
  assert.equal(standings.find(({ statement }) => statement === 'S16')?.status, 'not-checked');
});

test('where there is no installation it says so', async (t) => {
  const empty = temporaryFolder();
  t.after(empty.remove);
  const { code, stderr } = await runProgram(['verify', '--data', empty.dir]);
  assert.equal(code, 1);
  assert.match(stderr, /There is no installation in .*--data/);
});

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
  const { code, failed, notChecked, standings, problems } = await runVerify('--data', dir);
  assert.deepEqual(problems, []);
  assert.deepEqual(failed, []);
  // The terms are for a business to accept; the others are not built, or not to be seen.
  assert.deepEqual(notChecked, ['S10', 'S12', 'S25', 'S26', 'S31']);
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
  assert.match(stdout, /Nothing was found wrong; not checked: 5 of 31 statements\./);
  const person = rig.ready.people[0]?.waId ?? '';
  const texts = (await rig.inbox(person)).map(({ text }) => text?.body ?? '');
  assert.ok(texts.length > 0 && texts.every((text) => /^postern verify [0-9a-f]{32}$/.test(text)));
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
  assert.equal(of('S19')?.status, 'ok');
  assert.equal(of('S16')?.status, 'not-checked');
  assert.match(of('S16')?.checks[0]?.detail ?? '', /no config file of cloud-api|there is no sandbox here/);
});

test('when nothing runs it still checks files, keys and audit logs', async () => {
  await rig.stop();
  const { code, failed, standings, problems } = await runVerify('--data', dir);
  assert.deepEqual(failed, [], problems.join('\n'));
  assert.equal(code, 0);
  const of = (name: string) => standings.find(({ statement }) => statement === name);
  assert.equal(of('S14')?.status, 'ok');
  assert.equal(of('S29')?.status, 'ok');
  assert.equal(of('S16')?.status, 'not-checked');
  chmodSync(rootKey(), 0o640);
  assert.deepEqual((await runVerify('--data', dir)).failed, ['S29']);
});

test('where there is no installation it says so', async (t) => {
  const empty = temporaryFolder();
  t.after(empty.remove);
  const { code, stderr } = await runProgram(['verify', '--data', empty.dir]);
  assert.equal(code, 1);
  assert.match(stderr, /There is no installation in .*--data/);
});

import assert from 'node:assert/strict';
import { existsSync, chmodSync, writeFileSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram, temporaryFolder } from './rig.ts';

test('the demo tells five steps, all of which happened, within twenty seconds', async () => {
  const startedAt = performance.now();
  const { code, stdout, stderr } = await runProgram(['demo', '--json']);
  assert.equal(code, 0, stdout + stderr);
  assert.ok(performance.now() - startedAt < 20_000);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ event }) => event),
    ['step', 'step', 'step', 'step', 'step', 'demo'],
  );
  assert.equal(lines.at(-1).ok, true);
  assert.match(lines[1].transport, /\d+ bytes: [0-9a-f ]+.*the text is in none of the \d+ rows/);
});

test('an option, a command or a word that does not exist is said so, with exit code 2', async () => {
  for (const [args, said] of [
    [['start', '--wat'], /--wat/],
    [['frob'], /frob.*See postern --help/],
    [['start', 'now'], /now/],
    [['start', '--port', 'many'], /--port/],
    [['start', '--webhook', 'here'], /--webhook/],
    [['start', '--https-port', '0'], /--https-port/],
    [['start', '--https-names', 'not a host'], /--https-names/],
    [['serve', 'coffee'], /Name the system/],
    [['migrate', '--distribute'], /not there yet/],
  ] as const) {
    const { code, stderr } = await runProgram([...args]);
    assert.equal(code, 2, args.join(' '));
    assert.match(stderr, said);
  }
});

test('help names every command', async () => {
  const { code, stdout } = await runProgram(['--help']);
  assert.equal(code, 0);
  for (const command of ['start', 'demo', 'serve', 'migrate', 'doctor'])
    assert.match(stdout, new RegExp(`  ${command} `));
  assert.match((await runProgram(['start', '--help'])).stdout, /--webhook URL/);
});

test('a setting that is missing is named, with where to set it', async () => {
  const { code, stderr } = await runProgram(['serve', 'transport']);
  assert.equal(code, 1);
  assert.match(stderr, /databaseUrl.*POSTERN_TRANSPORT_DATABASE_URL/);
  assert.match((await runProgram(['migrate'])).stderr, /POSTERN_TRANSPORT_DATABASE_URL/);
});

test('a port that is taken is named, with the way out', async (t) => {
  const folder = temporaryFolder();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    folder.remove();
  });
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const { code, stdout, stderr } = await runProgram([
    'start',
    '--json',
    '--port',
    String(address.port - 1),
    '--data',
    folder.dir,
  ]);
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`Port ${address.port} is taken.*--port 0`));
  assert.equal(JSON.parse(stdout).event, 'failed');
});

test('a folder that holds other things is left alone', async (t) => {
  const folder = temporaryFolder();
  t.after(folder.remove);
  writeFileSync(join(folder.dir, 'letter.txt'), 'dear');
  const { code, stderr } = await runProgram(['start', '--port', '0', '--data', folder.dir]);
  assert.equal(code, 1);
  assert.match(stderr, /holds other files/);
  assert.equal(existsSync(join(folder.dir, 'secrets.json')), false);
});

test('doctor finds a file that others can read, and says what to do', async (t) => {
  const folder = temporaryFolder();
  t.after(folder.remove);
  mkdirSync(join(folder.dir, 'config'));
  writeFileSync(join(folder.dir, 'secrets.json'), '{}', { mode: 0o600 });
  const healthy = await runProgram(['doctor', '--port', '0', '--data', folder.dir]);
  assert.equal(healthy.code, 0, healthy.stdout);
  assert.match(healthy.stdout, /PostgreSQL \d+.* starts/);
  chmodSync(join(folder.dir, 'secrets.json'), 0o644);
  const ill = await runProgram(['doctor', '--port', '0', '--data', folder.dir]);
  assert.equal(ill.code, 1);
  assert.match(ill.stdout, /PROBLEM.*secrets\.json/);
  assert.match(ill.stdout, /chmod 600/);
});

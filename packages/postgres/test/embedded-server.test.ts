import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  DataFolderInUseError,
  DatabaseUnavailableError,
  EmbeddedServerError,
  ensureSystemDatabase,
  openDatabase,
  startEmbeddedServer,
  StatementFailedError,
  type EmbeddedServer,
} from '../src/index.ts';
import { runProgram } from './running-program.ts';
import { until } from './until.ts';

const logger = { info() {}, warn() {}, error() {} };
const program = new URL('programs/start-server.ts', import.meta.url).pathname;
let folder: string;
let sharedDir: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedded-'));
  await chmod(folder, 0o711);
  sharedDir = join(folder, 'shared');
});
after(() => rm(folder, { recursive: true }));

const start = (name: string) => startEmbeddedServer({ dataDir: join(folder, name), sharedDir, logger });

async function run(url: string, text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const db = openDatabase({ url, applicationName: 'test' });
  try {
    return await db.query(text, values);
  } finally {
    await db.close();
  }
}

const isAlive = (pid: number) =>
  readFile(`/proc/${pid}/stat`, 'utf8').then(
    (facts) => !/\) [ZX] /.test(facts),
    () => false,
  );

test('what was committed survives kill -9 of the postmaster', async () => {
  const first = await start('crash');
  await run(first.superuserUrl(), 'CREATE TABLE kept AS SELECT 42 AS answer');
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  const second = await start('crash');
  assert.deepEqual(await run(second.superuserUrl(), 'SELECT * FROM kept'), [{ answer: 42 }]);
  await first.stop();
  await second.stop();
  assert.equal(await isAlive(second.pid), false);
  await assert.rejects(stat(second.socketDir), /ENOENT/);
});

test('a server whose program was killed is stopped by the next start, which takes over', async () => {
  const killed = await runProgram({ program, dataDir: join(folder, 'orphan'), sharedDir });
  await run(killed.server.url, 'CREATE TABLE kept AS SELECT 1 AS one');
  await killed.kill();
  assert.equal(await isAlive(killed.server.pid), true);
  const next = await start('orphan');
  assert.equal(await isAlive(killed.server.pid), false);
  assert.deepEqual(await run(next.superuserUrl(), 'SELECT * FROM kept'), [{ one: 1 }]);
  await next.stop();
  await rm(killed.server.socketDir, { recursive: true, force: true });
});

test('a server whose program lives is left alone, and the second program is told', async () => {
  const first = await start('in-use');
  await assert.rejects(start('in-use'), DataFolderInUseError);
  await assert.rejects(runProgram({ program, dataDir: join(folder, 'in-use'), sharedDir }), /DataFolderInUseError/);
  assert.deepEqual(await run(first.superuserUrl(), 'SELECT 1 AS one'), [{ one: 1 }]);
  await first.stop();
});

test('a program that exits without stopping its server takes it along', async () => {
  const exiting = await runProgram({ program, dataDir: join(folder, 'exit'), sharedDir });
  exiting.process.stdin!.write('exit');
  assert.equal(await exiting.finish(), 0);
  await until(async () => !(await isAlive(exiting.server.pid)));
  await rm(exiting.server.socketDir, { recursive: true, force: true });
});

test('a process id that was given to another process meanwhile does not keep the server from starting', async () => {
  const first = await start('reused');
  await first.stop();
  const cluster = join(folder, 'reused', 'cluster');
  await writeFile(join(cluster, 'postmaster.pid'), `${process.pid}\n${cluster}\n1\n5432\n/tmp\n\n\nready\n`);
  const second = await start('reused');
  await second.stop();
});

test('an initdb that was interrupted is done again', async () => {
  const draft = join(folder, 'half', 'cluster.new-abcdef');
  await mkdir(join(draft, 'cluster'), { recursive: true });
  await chmod(join(folder, 'half'), 0o711);
  await writeFile(join(draft, 'cluster', 'PG_VERSION'), '18\n');
  const server = await start('half');
  assert.deepEqual(
    (await readdir(join(folder, 'half'))).filter((name) => name.startsWith('cluster.new')),
    [],
  );
  await server.stop();
});

test('a cluster that was there and is gone is not replaced by an empty one', async () => {
  await (await start('gone')).stop();
  await rm(join(folder, 'gone', 'cluster'), { recursive: true });
  await assert.rejects(start('gone'), EmbeddedServerError);
});

test('two servers run at once, each with its own data and its own random password', async () => {
  const [one, other] = await Promise.all([start('one'), start('other')]);
  await run(one.superuserUrl(), 'CREATE TABLE mine ()');
  await assert.rejects(run(other.superuserUrl(), 'TABLE mine'), StatementFailedError);
  const passwords = await Promise.all(
    ['one', 'other'].map((name) => readFile(join(folder, name, 'superuser'), 'utf8')),
  );
  assert.notEqual(passwords[0], passwords[1]);
  assert.equal((await stat(join(folder, 'one', 'superuser'))).mode & 0o777, 0o600);
  await Promise.all([one.stop(), other.stop()]);
});

test('a server has walls, keeps content out of its log, and settings that keep what was committed', async (t) => {
  const server = await start('walls');
  const cloudApi = await ensureSystemDatabase(server, { name: 'cloud_api', password: 'p@ss/word 1' });
  const transport = await ensureSystemDatabase(server, { name: 'transport', password: 'secret' });

  await t.test('each role owns its database', async () => {
    assert.deepEqual(await run(cloudApi, 'SELECT current_user::text AS u, current_database()::text AS d'), [
      { u: 'cloud_api', d: 'cloud_api' },
    ]);
    await run(cloudApi, 'CREATE TABLE messages (id uuid, body text)');
  });

  await t.test('a role can connect to no other database', async () => {
    for (const database of ['cloud_api', 'postgres', 'template1']) {
      const error = await run(server.urlFor('transport', 'secret', database), 'SELECT 1').catch((e: unknown) => e);
      assert(error instanceof StatementFailedError, database);
      assert.equal(error.code, '42501');
    }
    assert.deepEqual(await run(transport, 'SELECT 1 AS one'), [{ one: 1 }]);
  });

  await t.test('a role can do nothing beyond its database', async () => {
    for (const text of [
      'CREATE ROLE x',
      'CREATE DATABASE x',
      'ALTER SYSTEM SET fsync = off',
      "COPY (SELECT 1) TO '/tmp/x'",
    ]) {
      await assert.rejects(run(transport, text), StatementFailedError);
    }
  });

  await t.test('setting a system up again changes nothing, also twice at once', async () => {
    const system = { name: 'cloud_api', password: 'p@ss/word 1' };
    const urls = await Promise.all([ensureSystemDatabase(server, system), ensureSystemDatabase(server, system)]);
    assert.deepEqual(urls, [cloudApi, cloudApi]);
    assert.deepEqual(await run(cloudApi, 'SELECT * FROM messages'), []);
  });

  await t.test('a wrong or missing password is refused, for roles and the superuser', async () => {
    for (const [role, database] of [
      ['transport', 'transport'],
      ['postgres', 'postgres'],
    ] as const) {
      await assert.rejects(run(server.urlFor(role, 'wrong', database), 'SELECT 1'), { code: '28P01' });
    }
    const none = server.superuserUrl().replace(/:[^:@]*@/, '@');
    await assert.rejects(run(none, 'SELECT 1'), (error) => error instanceof Error && !/ENOENT/.test(error.message));
  });

  await t.test('it listens on no network', async () => {
    const [row] = await run(server.superuserUrl(), 'SHOW listen_addresses');
    assert.deepEqual(row, { listen_addresses: '' });
    await assert.rejects(run('postgres://postgres:x@127.0.0.1:1/postgres', 'SELECT 1'), DatabaseUnavailableError);
  });

  await t.test('it keeps what was committed', async () => {
    const settings = await run(
      server.superuserUrl(),
      "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') ORDER BY name",
    );
    assert.deepEqual(settings, [
      { name: 'fsync', setting: 'on' },
      { name: 'full_page_writes', setting: 'on' },
      { name: 'synchronous_commit', setting: 'on' },
    ]);
  });

  await t.test('nothing of a failing statement reaches the log', async () => {
    const canary = 'canary-7f3a';
    await run(cloudApi, 'CREATE UNIQUE INDEX ON messages (body)');
    await run(cloudApi, 'INSERT INTO messages (body) VALUES ($1)', [canary]);
    for (const [text, values] of [
      ['INSERT INTO messages (body) VALUES ($1)', [canary]],
      ['SELECT $1::uuid', [canary]],
      [`SELECT '${canary}'::uuid`, []],
      [`SELECT 1 FROM no_such_table WHERE body = '${canary}'`, []],
      [`DO $$ BEGIN RAISE WARNING '${canary}'; RAISE EXCEPTION '${canary}'; END $$`, []],
    ] as const) {
      await assert.rejects(run(cloudApi, text, [...values]), StatementFailedError);
    }
    // A backend that crashes makes the server log what it ran.
    const busy = run(cloudApi, `SELECT pg_sleep(60), '${canary}'`).catch(() => {});
    const running = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'";
    await until(async () => (await run(server.superuserUrl(), running)).length === 1);
    const [backend] = await run(server.superuserUrl(), running);
    process.kill(Number(backend!['pid']), 'SIGKILL');
    await busy;
    const logFile = join(folder, 'walls', 'server.log');
    await until(async () => (await run(cloudApi, 'SELECT 1').catch(() => [])).length === 1);
    assert.match(await readFile(logFile, 'utf8'), /terminated by signal 9/);
    assert.doesNotMatch(await readFile(logFile, 'utf8'), new RegExp(canary));
  });

  await server.stop();
});

test('the log is set aside before it grows without end', async () => {
  const dataDir = join(folder, 'log');
  const server: EmbeddedServer = await start('log');
  await server.stop();
  await writeFile(join(dataDir, 'server.log'), 'x'.repeat(1024 * 1024));
  await (await start('log')).stop();
  assert((await stat(join(dataDir, 'server.log'))).size < 100_000);
  assert.equal((await stat(join(dataDir, 'server.log.1'))).size, 1024 * 1024);
});

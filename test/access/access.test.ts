import assert from 'node:assert/strict';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { channels, listRows, roles } from '@postern/postern/access';
import { openDatabase } from '@postern/postgres';
import { operatorViews as businessManagerViews } from '@postern/business-manager/data-classes';
import { operatorViews as cloudApiViews } from '@postern/cloud-api/data-classes';
import { operatorViews as transportViews } from '@postern/transport/data-classes';
import type { TriedCell } from './breaches.ts';
import { tagged } from './canaries.ts';
import { loginsOf } from './reach.ts';
import { migrateFor, setScene, systems, type DatabaseSystem, type Scene } from './scene.ts';
import { tryAccess } from './trial.ts';

const operatorViews = {
  'cloud-api': cloudApiViews,
  transport: transportViews,
  'business-manager': businessManagerViews,
} as const;

describe('the access table', () => {
  let scene: Scene;
  let tried: TriedCell[] = [];

  before(async () => {
    scene = await setScene(process.env);
    tried = await tryAccess(scene);
  });
  after(() => scene?.program.remove());

  for (const { place, dataClass, row } of listRows()) {
    for (const role of roles) {
      const reads = channels.filter((channel) => row.cells[role][channel] === 'reads');
      const what = reads.length === 0 ? 'reads nowhere' : `reads by ${reads.join(' and ')} alone`;
      it(`${role} ${what}: ${dataClass} (${place})`, () => {
        const cells = tried.filter((each) => each.name === `${place}/${dataClass}` && each.role === role);
        assert.equal(cells.length, channels.length);
        assert.deepEqual(
          cells.filter(({ breaches }) => breaches.length > 0).map(({ channel, breaches }) => [channel, breaches]),
          [],
        );
      });
    }
  }

  it('lets a role connect to its own database alone, and the operator read views alone', async () => {
    for (const role of roles) {
      const logins = loginsOf(role, scene);
      for (const system of systems) {
        for (const url of logins.values()) {
          const elsewhere = new URL(url);
          elsewhere.pathname = new URL(scene.databaseUrl(system)).pathname;
          const mayConnect = logins.has(system);
          assert.equal(await canRead(elsewhere.href, 'SELECT 1'), mayConnect, `${role} connects to ${system}`);
        }
      }
    }
    for (const [system, url] of loginsOf('operator', scene)) {
      for (const table of Object.keys(tagged[system]))
        assert.equal(await canRead(url, `SELECT 1 FROM public.${table}`), false, `operator reads ${system} ${table}`);
    }
  });

  it('has views for the operator with columns of those classes alone that the operator may read', async () => {
    const mayRead = listRows().filter(({ row }) => row.cells.operator.sql !== 'no');
    for (const system of systems) {
      assert.deepEqual(await listViewColumns(scene, system), tagOperatorColumns(system), system);
      for (const dataClass of Object.values(operatorViews[system]).flatMap((columns) => Object.values(columns)))
        assert.ok(
          mayRead.some((each) => each.dataClass === dataClass && [system, 'elsewhere'].includes(each.place)),
          `the operator may not see what a view of ${system} shows`,
        );
    }
  });

  it('gives no role rights that PostgreSQL does not know', () => {
    const { status, stderr } = migrateFor(scene, 'nobody_yet');
    assert.deepEqual([status, /There is no role "nobody_yet"/.test(stderr)], [1, true], stderr);
  });

  it('shows every figure of the views in the metrics too', async () => {
    const headers = { authorization: `Bearer ${scene.secrets['operatorToken']}` };
    for (const [system, url] of loginsOf('operator', scene)) {
      const response = await fetch(`${scene.systemUrls[system]}/operator/metrics`, { headers });
      const metrics = await response.text();
      const figures = await listFigureNames(url);
      assert.ok(figures.length > 1, `${system} has figures`);
      for (const figure of figures) {
        const name = `postern_${system.replaceAll('-', '_')}_${figure}`;
        assert.ok(metrics.includes(`# TYPE ${name} gauge`), name);
      }
    }
  });

  it('gives a system no secret that it neither presents nor checks', () => {
    const holders: Readonly<Record<string, readonly DatabaseSystem[]>> = {
      transportDatabasePassword: ['transport'],
      businessManagerDatabasePassword: ['business-manager'],
      cloudApiDatabasePassword: ['cloud-api'],
      adminToken: ['business-manager'],
      serviceToken: ['cloud-api', 'business-manager'],
      verifierToken: ['transport'],
      inspectToken: ['transport'],
      operatorToken: ['cloud-api', 'transport', 'business-manager'],
      reviewToken: ['cloud-api'],
      sandboxToken: [],
      verifyToken: [],
      masterKey: ['business-manager'],
    };
    assert.deepEqual(Object.keys(scene.secrets).sort(), Object.keys(holders).sort());
    for (const [name, secret] of Object.entries(scene.secrets)) {
      const having = systems.filter((system) =>
        readFileSync(join(scene.program.dataDir, 'config', `${system}.json`), 'utf8').includes(secret),
      );
      assert.deepEqual(having, holders[name], name);
    }
  });

  it('leaves no file of the data folder to other users of the machine', () => {
    const files = globSync('**/*', { cwd: scene.program.dataDir, exclude: ['postgres/**'] });
    assert.ok(files.length > 10);
    const open = files.filter((path) => (statSync(join(scene.program.dataDir, path)).mode & 0o077) !== 0);
    assert.deepEqual(
      open.filter((path) => path !== 'postgres'),
      [],
    );
    assert.equal(statSync(scene.program.dataDir).mode & 0o077, 0);
  });
});

/** Whether a login may carry a statement out. */
async function canRead(url: string, statement: string): Promise<boolean> {
  const db = openDatabase({ url, applicationName: 'test walls', maxConnections: 1 });
  try {
    await db.query(statement);
    return true;
  } catch {
    return false;
  } finally {
    await db.close();
  }
}

async function listFigureNames(url: string): Promise<string[]> {
  const db = openDatabase({ url, applicationName: 'test figures', maxConnections: 1 });
  const rows = await db.query<{ figure: string }>('SELECT DISTINCT figure FROM operator.figures');
  await db.close();
  return rows.map(({ figure }) => figure);
}

function tagOperatorColumns(system: DatabaseSystem): string[] {
  return Object.entries(operatorViews[system])
    .flatMap(([view, columns]) => Object.keys(columns).map((column) => `${view}.${column}`))
    .sort();
}

async function listViewColumns(scene: Scene, system: DatabaseSystem): Promise<string[]> {
  const db = openDatabase({ url: scene.superuserUrl(system), applicationName: 'test views', maxConnections: 1 });
  const rows = await db.query<{ name: string }>(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'operator'`,
  );
  await db.close();
  return rows.map(({ name }) => name).sort();
}

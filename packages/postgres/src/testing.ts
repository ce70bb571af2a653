import { spawn } from 'node:child_process';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openDatabase, type Database } from './database.ts';
import { silentLogger } from './database-logger.ts';
import { startEmbeddedServer, type EmbeddedServer } from './embedded/server.ts';
import { ensureSystemDatabase } from './embedded/system-database.ts';
import { migrate } from './migrate.ts';

/** A database of its own for one test file. */
export interface TestDatabase {
  readonly url: string;
  /** A pool on it, which connects at its first use. */
  readonly db: Database;
  /** Closes the pool and drops the database, whoever else is connected. */
  drop(): Promise<void>;
}

const templates = new Map<string, Promise<string>>();
let server: Promise<EmbeddedServer> | null = null;
let databaseCount = 0;

/** The one server of this test process: started at the first call, not durable, stopped and removed when the process ends. */
export function startTestServer(): Promise<EmbeddedServer> {
  server ??= startInTemporaryFolder();
  return server;
}

/**
 * Makes a fresh database with the migrations applied, owned by a role that can reach no other. They are applied once per
 * name and folder; every further database is a copy of the first.
 */
export async function createTestDatabase(options: { name: string; migrationsDir?: string }): Promise<TestDatabase> {
  const embedded = await startTestServer();
  const template = await findTemplate(options);
  databaseCount += 1;
  const database = `${template}_${databaseCount}`;
  const quoted = pg.escapeIdentifier(database);
  const owner = pg.escapeIdentifier(template);
  await asSuperuser(
    `CREATE DATABASE ${quoted} TEMPLATE ${owner} OWNER ${owner}`,
    `REVOKE ALL ON DATABASE ${quoted} FROM PUBLIC`,
  );
  const url = embedded.urlFor(template, template, database);
  const db = openDatabase({ url, applicationName: 'test' });
  return {
    url,
    db,
    async drop() {
      await db.close();
      await asSuperuser(`DROP DATABASE IF EXISTS ${quoted} WITH (FORCE)`);
    },
  };
}

/** The name of a migrated database and of the role that owns it. */
function findTemplate({ name, migrationsDir }: { name: string; migrationsDir?: string }): Promise<string> {
  const key = JSON.stringify([name, migrationsDir]);
  const template = templates.get(key) ?? createTemplate(`${name}_${templates.size}`, migrationsDir);
  templates.set(key, template);
  return template;
}

async function createTemplate(name: string, migrationsDir?: string): Promise<string> {
  const url = await ensureSystemDatabase(await startTestServer(), { name, password: name });
  if (migrationsDir !== undefined) await migrate({ url, migrationsDir });
  return name;
}

async function asSuperuser(...statements: string[]): Promise<void> {
  const url = (await startTestServer()).superuserUrl();
  const db = openDatabase({ url, applicationName: 'test setup', maxConnections: 1 });
  try {
    for (const statement of statements) await db.execute(statement);
  } finally {
    await db.close();
  }
}

async function startInTemporaryFolder(): Promise<EmbeddedServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'postern-test-'));
  // As root, the server's user must be able to enter it.
  await chmod(dataDir, 0o711);
  const started = await startEmbeddedServer({ dataDir, logger: silentLogger, durability: 'none', mayOutliveUs: true });
  removeAfterUs(started, dataDir);
  return started;
}

/** A shell that waits for the end of this process, however it ends (its input closes then), and cleans up. */
function removeAfterUs({ pid, socketDir }: EmbeddedServer, dataDir: string): void {
  const script = 'cat; kill -QUIT "$0"; while kill -0 "$0"; do sleep 0.05; done; rm -rf "$@"';
  const watcher = spawn('/bin/sh', ['-c', script, String(pid), dataDir, socketDir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.unref();
  (watcher.stdin as { unref?: () => void } | null)?.unref?.();
}

import pg from 'pg';
import { openDatabase, type Database } from '../database.ts';
import type { EmbeddedServer } from './server.ts';

/**
 * Gives a system its role and its database, both of its name, and the URL to it. The role can connect to no other
 * database, and no other role to this one. Repeating it changes nothing but the password.
 */
export async function ensureSystemDatabase(
  server: EmbeddedServer,
  system: { name: string; password: string },
): Promise<string> {
  const db = openDatabase({ url: server.superuserUrl(), applicationName: 'postern setup', maxConnections: 1 });
  try {
    // One setup at a time: two CREATE ROLE or CREATE DATABASE of one name would fail one of them.
    await db.query('SELECT pg_advisory_lock(hashtext($1))', ['postern setup']);
    await ensureRole(db, system);
    await ensureDatabase(db, system.name);
    await db.query('REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC');
  } finally {
    await db.close();
  }
  return server.urlFor(system.name, system.password, system.name);
}

async function ensureRole(db: Database, { name, password }: { name: string; password: string }): Promise<void> {
  const known = await db.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
  const verb = known.length === 0 ? 'CREATE' : 'ALTER';
  const walls = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';
  await db.execute(`${verb} ROLE ${pg.escapeIdentifier(name)} ${walls} PASSWORD ${pg.escapeLiteral(password)}`);
}

/** The database lets nobody in before PUBLIC has lost the right that PostgreSQL gives it. */
async function ensureDatabase(db: Database, name: string): Promise<void> {
  const quoted = pg.escapeIdentifier(name);
  const known = await db.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (known.length === 0) {
    await db.execute(`CREATE DATABASE ${quoted} OWNER ${quoted} TEMPLATE template0 ALLOW_CONNECTIONS false`);
  }
  await db.execute(`REVOKE ALL ON DATABASE ${quoted} FROM PUBLIC`);
  await db.execute(`ALTER DATABASE ${quoted} ALLOW_CONNECTIONS true`);
}

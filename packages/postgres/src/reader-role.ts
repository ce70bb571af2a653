import pg from 'pg';
import type { Database } from './database.ts';
import { ReaderRoleMissingError } from './errors.ts';

/** The schema whose views are all that a reading role sees. */
const readableSchema = 'operator';

/**
 * Lets a role read the views of the schema `operator` of this database, and nothing else of it. The role is made when it
 * is missing and a password is given, which takes a connection that may make roles; the grants take the database's owner.
 * Repeating it changes nothing.
 * @throws ReaderRoleMissingError when there is no such role and no password to make it with
 * @throws StatementFailedError when PostgreSQL refuses, for example because this connection may not make roles
 */
export async function ensureReaderRole(
  db: Database,
  { name, password }: { name: string; password?: string },
): Promise<void> {
  const role = pg.escapeIdentifier(name);
  const known = await db.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
  if (known.length === 0) {
    if (password === undefined) throw new ReaderRoleMissingError(name);
    const walls = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';
    await db.execute(`CREATE ROLE ${role} ${walls} PASSWORD ${pg.escapeLiteral(password)}`);
  }
  const [database] = await db.query<{ name: string }>('SELECT current_database() AS name');
  await db.transaction(async (transaction) => {
    await transaction.execute(`GRANT CONNECT ON DATABASE ${pg.escapeIdentifier(database?.name ?? '')} TO ${role}`);
    await transaction.execute(`GRANT USAGE ON SCHEMA ${readableSchema} TO ${role}`);
    await transaction.execute(`GRANT SELECT ON ALL TABLES IN SCHEMA ${readableSchema} TO ${role}`);
  });
}

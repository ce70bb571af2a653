import { runner } from 'node-pg-migrate';
import { openConnection } from './connection.ts';
import { silentLogger, type DatabaseLogger } from './database-logger.ts';
import { toDatabaseError } from './errors.ts';

/** Applied migrations are recorded outside `public`, which holds the product's tables alone. */
export const migrationsSchema = 'migrations';

/**
 * Applies the SQL files of a folder that have not been applied yet, in the order of their names, each in a transaction of
 * its own. Of two at once, one waits for the other (advisory lock) and then finds nothing to do.
 * @returns the names of the files applied now, without `.sql`
 * @throws StatementFailedError when PostgreSQL refuses a file, of which nothing is kept; the files before it stay applied
 */
export async function migrate(options: {
  url: string;
  migrationsDir: string;
  logger?: DatabaseLogger;
}): Promise<string[]> {
  const { url, migrationsDir, logger = silentLogger } = options;
  const client = await openConnection({ url, applicationName: 'postern migrate' });
  try {
    const applied = await runner({
      dbClient: client,
      dir: migrationsDir,
      direction: 'up',
      migrationsTable: 'applied',
      migrationsSchema,
      createMigrationsSchema: true,
      singleTransaction: false,
      advisoryLockMode: 'wait',
      // The library's own lines hold whole statements.
      logger: { info() {}, warn() {}, error() {} },
    });
    const names = applied.map(({ name }) => name);
    for (const name of names) logger.info({ migration: name }, 'a migration was applied');
    return names;
  } catch (error) {
    throw toDatabaseError(error, false);
  } finally {
    await client.end();
  }
}

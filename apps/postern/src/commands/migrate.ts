import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureReaderRole, migrate, openDatabase } from '@postern/postgres';
import { ConfigError } from '@postern/service';
import { databaseSystems, environmentPrefixes, migrationsOf, type DatabaseSystem } from '../instance/systems.ts';

interface MigrateOptions {
  readonly configDir: string | null;
  /** A role that is then given the views of the schema `operator`, in each database; none when it is null. */
  readonly operatorRole: string | null;
}

/**
 * Migrates the three databases. Resolves to the exit code.
 * @throws ConfigError | DatabaseUnavailableError | StatementFailedError | ReaderRoleMissingError
 */
export async function migrateAll({ configDir, operatorRole }: MigrateOptions): Promise<number> {
  // All URLs are looked up first, so that a missing one is said before anything is changed.
  const targets = databaseSystems.map((system) => ({ system, url: findUrl(system, configDir) }));
  for (const { system, url } of targets) {
    const applied = await migrate({ url, migrationsDir: migrationsOf(system) });
    const what = applied.length === 0 ? 'nothing to do' : applied.join(', ');
    process.stdout.write(`${system}: ${what}\n`);
    if (operatorRole !== null) await grantReading(url, operatorRole);
  }
  return 0;
}

async function grantReading(url: string, role: string): Promise<void> {
  const db = openDatabase({ url, applicationName: 'postern migrate', maxConnections: 1 });
  try {
    await ensureReaderRole(db, { name: role });
  } finally {
    await db.close();
  }
}

function findUrl(system: DatabaseSystem, configDir: string | null): string {
  const variable = `${environmentPrefixes[system]}DATABASE_URL`;
  const url = process.env[variable] ?? (configDir === null ? null : readUrl(join(configDir, `${system}.json`)));
  if (url) return url;
  throw new ConfigError(`The database of ${system} is not known. Set ${variable}, or "databaseUrl" in ${system}.json.`);
}

function readUrl(file: string): string | null {
  if (!existsSync(file)) return null;
  try {
    const { databaseUrl } = JSON.parse(readFileSync(file, 'utf8')) as { databaseUrl?: unknown };
    return typeof databaseUrl === 'string' ? databaseUrl : null;
  } catch (error) {
    throw new ConfigError(`Cannot read the config file ${file}: ${(error as Error).message}`);
  }
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '@postern/postgres';
import { ConfigError } from '@postern/service';
import { databaseSystems, environmentPrefixes, migrationsOf, type DatabaseSystem } from '../instance/systems.ts';

/** Migrates the three databases. Resolves to the exit code. @throws ConfigError | DatabaseUnavailableError | StatementFailedError */
export async function migrateAll({ configDir }: { configDir: string | null }): Promise<number> {
  // All URLs are looked up first, so that a missing one is said before anything is changed.
  const targets = databaseSystems.map((system) => ({ system, url: findUrl(system, configDir) }));
  for (const { system, url } of targets) {
    const applied = await migrate({ url, migrationsDir: migrationsOf(system) });
    const what = applied.length === 0 ? 'nothing to do' : applied.join(', ');
    process.stdout.write(`${system}: ${what}\n`);
  }
  return 0;
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

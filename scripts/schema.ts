// Writes packages/<service>/schema.sql from the migrations; with --check, compares instead.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeSchema, openDatabase } from '@postern/postgres';
import { createTestDatabase } from '@postern/postgres/testing';
import { root } from './tree.ts';
import { conclude } from './verdict.ts';
import { services } from './walls.ts';

/** Migrates an empty database and returns the text of what came out. */
async function describeService(service: string): Promise<string> {
  const migrationsDir = join(root, 'packages', service, 'migrations');
  if (!existsSync(migrationsDir)) throw new Error(`packages/${service}/migrations is missing`);
  const database = await createTestDatabase({ name: service.replaceAll('-', '_'), migrationsDir });
  const db = openDatabase({ url: database.url, applicationName: 'schema' });
  try {
    return `${(await describeSchema(db)).trim()}\n`;
  } finally {
    await db.close();
    await database.drop();
  }
}

function compare(file: string, schema: string): string[] {
  const path = join(root, file);
  if (!/\btable\b/i.test(schema)) return [`${file}: the migrations make no table`];
  if (existsSync(path) && readFileSync(path, 'utf8') === schema) return [];
  return [`${file}: not what the migrations make; run node scripts/schema.ts`];
}

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const problems: string[] = [];
for (const service of services) {
  const file = `packages/${service}/schema.sql`;
  const schema = await describeService(service);
  if (!values.check) writeFileSync(join(root, file), schema);
  problems.push(...compare(file, schema));
}
conclude({ seen: services.length, what: 'schemas', problems });

import { isUtf8 } from 'node:buffer';
import {
  dataClasses as businessManager,
  operatorViews as businessManagerViews,
} from '@postern/business-manager/data-classes';
import { dataClasses as cloudApi, operatorViews as cloudApiViews } from '@postern/cloud-api/data-classes';
import type { Database } from '@postern/postgres';
import { limits } from '@postern/protocol';
import { dataClasses as transport, operatorViews as transportViews } from '@postern/transport/data-classes';
import type { Statement } from '../access/statements.ts';
import { databaseSystems, type DatabaseSystem } from '../instance/systems.ts';
import { unless, type Check, type Verdict } from './check.ts';

type Columns = Readonly<Record<string, Readonly<Record<string, string>>>>;

const declared: Readonly<Record<DatabaseSystem, { tables: Columns; views: Columns; statements: Statement[] }>> = {
  'cloud-api': { tables: cloudApi, views: cloudApiViews, statements: ['S18'] },
  transport: { tables: transport, views: transportViews, statements: ['S3', 'S9'] },
  'business-manager': { tables: businessManager, views: businessManagerViews, statements: ['S24'] },
};

/** Format version 1, salt, commitment and tag (packages/cloud-api/src/sealing/record.ts). */
const recordVersion = 1;
const minRecordBytes = 73;

/** What stands in the databases: only columns that have a class, and in sealed ones nothing that can be read. */
export const columnChecks: readonly Check[] = [
  ...databaseSystems.map((system): Check => ({
    statements: declared[system].statements,
    what: `every column of ${system} is one that has a data class`,
    look: async (site) => compareColumns(site.databaseOf(system), declared[system]),
  })),
  {
    statements: ['S16', 'S20', 'S28'],
    what: 'stored messages are sealed',
    look: async (site) => checkSealed(site.databaseOf('cloud-api'), listColumns(cloudApi, 'sealed-content')),
  },
  {
    statements: ['S29'],
    what: 'private keys and sessions are sealed',
    look: async (site) => checkSealed(site.databaseOf('cloud-api'), listColumns(cloudApi, 'sealed-keys')),
  },
  {
    statements: ['S8', 'S9', 'S19'],
    what: 'what the transport holds of messages is ciphertext',
    look: async (site) => checkSealed(site.databaseOf('transport'), listColumns(transport, 'content-ciphertext')),
  },
];

/** Partitions repeat their parent. */
const liveColumns = `
  SELECT n.nspname AS schema, c.relname || '.' || a.attname AS column
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE n.nspname IN ('public', 'operator') AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition
    AND a.attnum > 0 AND NOT a.attisdropped`;

async function compareColumns(db: Database, { tables, views }: { tables: Columns; views: Columns }): Promise<Verdict> {
  const known = new Set([...namesOf('public', tables), ...namesOf('operator', views)]);
  const rows = await db.query<{ schema: string; column: string }>(liveColumns);
  const live = new Set(rows.map(({ schema, column }) => `${schema}.${column}`));
  const problems = [
    ...[...live].filter((column) => !known.has(column)).map((column) => `${column} has no class`),
    ...[...known].filter((column) => !live.has(column)).map((column) => `${column} is missing`),
  ];
  return unless(problems.slice(0, limits.maxVerifyFindings), `${live.size} columns, as declared`);
}

function namesOf(schema: string, columns: Columns): string[] {
  return Object.entries(columns).flatMap(([table, names]) =>
    Object.keys(names).map((name) => `${schema}.${table}.${name}`),
  );
}

interface Column {
  readonly table: string;
  readonly column: string;
}

function listColumns(columns: Columns, dataClass: string): Column[] {
  return Object.entries(columns).flatMap(([table, names]) =>
    Object.entries(names).flatMap(([column, its]) => (its === dataClass ? { table, column } : [])),
  );
}

async function checkSealed(db: Database, columns: readonly Column[]): Promise<Verdict> {
  const problems: string[] = [];
  let seen = 0;
  for (const { table, column } of columns) {
    const rows = await db.query<{ bytes: Buffer }>(
      `SELECT ${column} AS bytes FROM ${table} WHERE ${column} IS NOT NULL LIMIT $1`,
      [limits.verifySampleRows],
    );
    seen += rows.length;
    const wrong = rows.filter(({ bytes }) => !looksSealed(column, bytes)).length;
    if (wrong > 0) problems.push(`${wrong} of ${rows.length} values of ${table}.${column} look readable`);
  }
  return unless(problems, `${seen} values looked at, none readable`);
}

/** Random bytes of this length are text in UTF-8 with a chance of less than one in 2^60. */
function looksSealed(column: string, bytes: Buffer): boolean {
  if (column.startsWith('sealed') && (bytes[0] !== recordVersion || bytes.length < minRecordBytes)) return false;
  return !isUtf8(bytes);
}

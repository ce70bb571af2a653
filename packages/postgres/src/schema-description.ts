import type { Queryable } from './database.ts';
import { migrationsSchema } from './migrate.ts';

/** Schemas that are not the product's: PostgreSQL's, the migrator's and the job queue's. */
const foreignSchemas = `nspname LIKE 'pg\\_%' OR nspname IN ('information_schema', '${migrationsSchema}', 'graphile_worker')`;

const isOwn = (oid: string, catalog: string) => `NOT EXISTS (
  SELECT 1 FROM pg_depend d WHERE d.classid = '${catalog}'::regclass AND d.objid = ${oid} AND d.deptype = 'e')`;

/** Tables and partition parents; a partition repeats its parent and its name holds a date, so it is left out. */
const tables = `tables AS (
  SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, c.relkind, c.relpersistence, c.reloptions
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition AND NOT (${foreignSchemas})
    AND ${isOwn('c.oid', 'pg_class')})`;

/** Every query gives (object, rank, line); lines are ordered by all three, and those of rank 0 begin an object. */
const parts = [
  `WITH ${tables} SELECT name AS object, 0 AS rank,
    concat_ws(' ', CASE relpersistence WHEN 'u' THEN 'unlogged' END,
      CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'table' END, name,
      CASE WHEN relkind = 'p' THEN 'partition by ' || pg_get_partkeydef(oid) END,
      'with (' || array_to_string(reloptions, ', ') || ')') AS line
  FROM tables`,
  `WITH ${tables} SELECT t.name AS object, 1 AS rank,
    concat_ws(' ', 'column', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
      CASE WHEN a.attnotnull THEN 'not null' END,
      CASE a.attidentity WHEN 'a' THEN 'identity always' WHEN 'd' THEN 'identity by default' END,
      CASE WHEN a.attgenerated <> '' THEN 'generated' WHEN f.oid IS NOT NULL THEN 'default' END,
      pg_get_expr(f.adbin, f.adrelid),
      CASE WHEN a.attstorage <> y.typstorage
        THEN 'storage ' || CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external'
          WHEN 'm' THEN 'main' ELSE 'extended' END END,
      CASE WHEN a.attcompression <> '' THEN 'compression ' || a.attcompression::text END,
      CASE WHEN coalesce(a.attstattarget, -1) >= 0 THEN 'statistics ' || a.attstattarget END) AS line
  FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid JOIN pg_type y ON y.oid = a.atttypid
    LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
  WHERE a.attnum > 0 AND NOT a.attisdropped`,
  `WITH ${tables} SELECT t.name AS object, 2 AS rank,
    format('constraint %I %s', k.conname, pg_get_constraintdef(k.oid)) AS line
  FROM tables t JOIN pg_constraint k ON k.conrelid = t.oid WHERE k.contype <> 'n'`,
  `WITH ${tables} SELECT t.name AS object, 3 AS rank,
    concat_ws(' ', pg_get_indexdef(i.indexrelid)) AS line
  FROM tables t JOIN pg_index i ON i.indrelid = t.oid
  WHERE NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = t.oid)`,
  `WITH ${tables} SELECT t.name AS object, 4 AS rank, pg_get_triggerdef(g.oid) AS line
  FROM tables t JOIN pg_trigger g ON g.tgrelid = t.oid WHERE NOT g.tgisinternal`,
  `WITH ${tables} SELECT t.name AS object, 5 AS rank, pg_get_viewdef(t.oid) AS line
  FROM tables t WHERE t.relkind IN ('v', 'm')`,
  `SELECT format('%I.%I', n.nspname, y.typname) AS object, 0 AS rank,
    format('enum %I.%I (%s)', n.nspname, y.typname, string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)) AS line
  FROM pg_type y JOIN pg_namespace n ON n.oid = y.typnamespace JOIN pg_enum e ON e.enumtypid = y.oid
  WHERE NOT (${foreignSchemas}) AND ${isOwn('y.oid', 'pg_type')} GROUP BY n.nspname, y.typname`,
  `SELECT format('%I.%I', n.nspname, c.relname) AS object, 0 AS rank,
    format('sequence %I.%I as %s increment %s', n.nspname, c.relname, format_type(s.seqtypid, NULL), s.seqincrement) AS line
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid
  WHERE NOT (${foreignSchemas}) AND ${isOwn('c.oid', 'pg_class')}`,
  `SELECT format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS object, 0 AS rank,
    rtrim(pg_get_functiondef(p.oid), E'\\n') AS line
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE p.prokind IN ('f', 'p') AND NOT (${foreignSchemas}) AND ${isOwn('p.oid', 'pg_proc')}`,
];

interface DescribedLine {
  object: string;
  rank: number;
  line: string;
}

/**
 * The schema as text that is the same for the same schema, however it came about: tables with columns, constraints,
 * indexes and triggers, views, enums, sequences and functions, ordered by name. For the checked-in snapshot.
 */
export async function describeSchema(db: Queryable): Promise<string> {
  const lines: DescribedLine[] = [];
  for (const part of parts) lines.push(...(await db.query<DescribedLine>(part)));
  lines.sort((a, b) => compare(a.object, b.object) || a.rank - b.rank || compare(a.line, b.line));
  return lines.map(({ rank, line }) => (rank === 0 ? `\n${line}\n` : `  ${line}\n`)).join('');
}

/** By code units, so that no locale changes the order. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

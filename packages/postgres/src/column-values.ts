import pg from 'pg';

type FindParser = (typeId: number, format?: string) => (text: string) => unknown;

const findStandardParser = pg.types.getTypeParser as FindParser;

/** By type OID, which PostgreSQL never changes. */
const ownParsers = new Map<number, (text: string) => unknown>([
  [17, parseBytea],
  [20, Number],
  [1016, parseInt8Array],
]);

const findParser: FindParser = (typeId, format) => ownParsers.get(typeId) ?? findStandardParser(typeId, format);

/**
 * How columns become JavaScript values: int8 a number (ours stay below 2^53), bytea a Buffer, the rest as `pg` does.
 * Results travel as text: `pg` decodes every result field as UTF-8, which destroys binary bytea.
 */
export const columnValues = { getTypeParser: findParser } as pg.CustomTypesConfig;

/** The server writes bytea as `\x` and hex digits (`bytea_output = hex`, its default since 9.0). */
function parseBytea(text: string): Buffer {
  return Buffer.from(text.slice(2), 'hex');
}

function parseInt8Array(text: string): (number | null)[] {
  const entries = text.slice(1, -1);
  if (entries === '') return [];
  return entries.split(',').map((entry) => (entry === 'NULL' ? null : Number(entry)));
}

import { lstatSync, readdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '@postern/postgres';
import { limits } from '@postern/protocol';

const chunkBytes = 4 * 1024 * 1024;

/** A text in each form in which it could stand in a file or a row: as it is, in hex, and in base64 at every offset. */
export function formsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    // The characters at both ends depend on what stands beside the text.
    return encoded.slice(offset === 0 ? 0 : offset + 1, Math.floor(((offset + bytes.length) * 8) / 6));
  });
  return [text, bytes.toString('hex'), ...base64, ...base64.map((form) => Buffer.from(form).toString('hex'))];
}

/** The tables of a database that hold a text. Its rows are searched where they are. */
export async function searchDatabase(db: Database, text: string): Promise<string[]> {
  const tables = await db.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`,
  );
  const patterns = formsOf(text).map((form) => `%${form}%`);
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await db.query<{ count: number }>(
      `SELECT count(*) AS count FROM ${name} AS each WHERE each::text LIKE ANY($1)`,
      [patterns],
    );
    if ((row?.count ?? 0) > 0) found.push(name);
  }
  return found;
}

/** The files under these places that hold a text, and how many bytes were searched. */
export async function searchFiles(
  places: readonly string[],
  text: string,
): Promise<{ found: string[]; bytes: number }> {
  const forms = formsOf(text).map((form) => Buffer.from(form));
  const found: string[] = [];
  let bytes = 0;
  for (const path of places.flatMap(listFiles)) {
    if (bytes >= limits.maxVerifySearchedBytes) break;
    const searched = await searchFile(path, forms);
    bytes += searched.bytes;
    if (searched.isFound) found.push(path);
  }
  return { found, bytes };
}

function listFiles(place: string): string[] {
  const status = lstatSync(place, { throwIfNoEntry: false });
  if (status?.isDirectory()) return readdirSync(place).flatMap((name) => listFiles(join(place, name)));
  return status?.isFile() ? [place] : [];
}

/** A file that went away meanwhile, as those of a database do, holds nothing. */
async function searchFile(path: string, forms: readonly Buffer[]): Promise<{ isFound: boolean; bytes: number }> {
  const file = await open(path).catch(() => null);
  if (!file) return { isFound: false, bytes: 0 };
  const overlap = Math.max(...forms.map((form) => form.length)) - 1;
  const buffer = Buffer.alloc(chunkBytes + overlap);
  let [bytes, kept] = [0, 0];
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, kept, chunkBytes, null);
      if (bytesRead === 0) return { isFound: false, bytes };
      bytes += bytesRead;
      const text = buffer.subarray(0, kept + bytesRead);
      if (forms.some((form) => text.includes(form))) return { isFound: true, bytes };
      kept = Math.min(overlap, text.length);
      text.copy(buffer, 0, text.length - kept);
    }
  } finally {
    await file.close();
  }
}

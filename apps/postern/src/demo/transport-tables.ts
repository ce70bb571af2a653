import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase, type Database } from '@postern/postgres';
import type { DataFolder } from '../instance/data-folder.ts';

export interface SearchResult {
  tables: number;
  rows: number;
  /** The tables that hold the text. */
  foundIn: string[];
}

/** The transport's own tables, read the way the transport reads them: with its role, from its database. */
export class TransportTables {
  readonly #db: Database;

  constructor({ configDir }: DataFolder) {
    const { databaseUrl } = JSON.parse(readFileSync(join(configDir, 'transport.json'), 'utf8')) as {
      databaseUrl: string;
    };
    this.#db = openDatabase({ url: databaseUrl, applicationName: 'postern-demo', maxConnections: 1 });
  }

  /** Looks for a text in every column of every row of every table, as text and inside bytes. */
  async search(text: string): Promise<SearchResult> {
    const names = await this.#db.query<{ name: string }>(
      `SELECT quote_ident(table_name) AS name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    );
    const hex = Buffer.from(text).toString('hex');
    const result: SearchResult = { tables: names.length, rows: 0, foundIn: [] };
    for (const { name } of names) {
      const rows = await this.#db.query<{ row: string }>(`SELECT each::text AS row FROM ${name} AS each`);
      result.rows += rows.length;
      if (rows.some(({ row }) => row.includes(text) || row.includes(hex))) result.foundIn.push(name);
    }
    return result;
  }

  close(): Promise<void> {
    return this.#db.close();
  }
}

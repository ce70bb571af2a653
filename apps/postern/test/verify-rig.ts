import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '@postern/postgres';
import { runProgram } from './rig.ts';

interface Standing {
  readonly statement: string;
  readonly status: 'ok' | 'partly' | 'failed' | 'not-checked';
  readonly checks: readonly { readonly what: string; readonly status: string; readonly detail: string }[];
}

export interface Verified {
  readonly code: number;
  readonly standings: readonly Standing[];
  readonly failed: readonly string[];
  readonly partly: readonly string[];
  readonly notChecked: readonly string[];
  /** The line with the sum. */
  readonly sum: { readonly isRunning: boolean; readonly unreachable: readonly string[] };
  /** Every check that failed, with what it saw. */
  readonly problems: readonly string[];
}

/** Runs `postern verify --json` as anybody would. */
export async function runVerify(...args: string[]): Promise<Verified> {
  const { code, stdout, stderr } = await runProgram(['verify', '--json', ...args]);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const standings = lines.filter(({ event }) => event === 'statement') as Standing[];
  if (standings.length === 0) throw new Error(`Nothing was verified: ${stderr}`);
  const named = (wanted: string) =>
    standings.filter(({ status }) => status === wanted).map(({ statement }) => statement);
  const problems = standings
    .flatMap(({ checks }) => checks)
    .filter(({ status }) => status === 'failed')
    .map(({ what, detail }) => `${what}: ${detail}`);
  return {
    code,
    standings,
    failed: named('failed'),
    partly: named('partly'),
    sum: lines.find(({ event }) => event === 'verified'),
    notChecked: named('not-checked'),
    problems: [...new Set(problems)],
  };
}

/** Runs statements in the database of a system as PostgreSQL's superuser, as whoever runs PostgreSQL could. */
export async function asSuperuser(dataDir: string, database: string, ...statements: string[]): Promise<void> {
  const { databaseUrl } = JSON.parse(readFileSync(join(dataDir, 'config', 'cloud-api.json'), 'utf8')) as {
    databaseUrl: string;
  };
  const password = readFileSync(join(dataDir, 'postgres', 'superuser'), 'utf8').trim();
  const url = databaseUrl
    .replace(/^postgres:\/\/[^@]+@/, `postgres://postgres:${encodeURIComponent(password)}@`)
    .replace(/\/\w+$/, `/${database}`);
  const db = openDatabase({ url, applicationName: 'test', maxConnections: 1 });
  try {
    for (const statement of statements) await db.execute(statement);
  } finally {
    await db.close();
  }
}

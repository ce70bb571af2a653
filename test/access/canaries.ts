import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { dataClasses as businessManager } from '@postern/business-manager/data-classes';
import { dataClasses as cloudApi } from '@postern/cloud-api/data-classes';
import type { ElsewhereClass } from '@postern/postern/access';
import { openDatabase, type Database } from '@postern/postgres';
import { dataClasses as transport } from '@postern/transport/data-classes';
import { Canary } from '../invariants/canary.ts';
import { systems, type DatabaseSystem, type Scene } from './scene.ts';

/** By `place/class`: values that stand for the class wherever they are found. */
export type Canaries = ReadonlyMap<string, readonly Canary[]>;

export const tagged: Readonly<Record<DatabaseSystem, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
  'cloud-api': cloudApi,
  transport,
  'business-manager': businessManager,
};

/** Shorter values could stand anywhere by chance. */
const minCharacters = 11;
const minBytes = 16;
const sampleBytes = 48;
const valuesPerColumn = 3;

/** Values out of every tagged column of every database, and what was planted outside them. */
export async function collectCanaries(scene: Scene): Promise<Canaries> {
  const canaries = new Map<string, Canary[]>();
  for (const [dataClass, values] of Object.entries(plantedElsewhere(scene)))
    canaries.set(
      `elsewhere/${dataClass}`,
      values.map((value) => new Canary(value)),
    );
  for (const system of systems) {
    const db = openDatabase({ url: scene.superuserUrl(system), applicationName: 'test canaries', maxConnections: 1 });
    for (const [table, columns] of Object.entries(tagged[system])) {
      for (const [column, dataClass] of Object.entries(columns)) {
        const name = `${system}/${dataClass}`;
        const values = await sampleColumn(
          db,
          { system, table, column, isOfPerson: personFilter(system, columns) },
          scene,
        );
        canaries.set(name, [...(canaries.get(name) ?? []), ...values.map((value) => new Canary(value))]);
      }
    }
    await db.close();
  }
  // The attachments of the person and of the business are files.
  const blobs = readBlobs(scene).map((bytes) => new Canary(sample(bytes)));
  canaries.set('transport/content-ciphertext', [...(canaries.get('transport/content-ciphertext') ?? []), ...blobs]);
  canaries.set('cloud-api/statistics', [relationMark('operator.released_statistics'), '"messages_epsilon"'].map(plant));
  canaries.set('cloud-api/business-counts', [plant(relationMark('public.message_counts'))]);
  return canaries;
}

function readBlobs({ program }: Scene): Buffer[] {
  const paths = globSync('blobs/**/*', { cwd: program.dataDir }).map((path) => join(program.dataDir, path));
  return paths.filter((path) => statSync(path).isFile()).map((path) => readFileSync(path));
}

function plant(value: string): Canary {
  return new Canary(value);
}

/** What is written before the rows of a relation when it is read; it says that reading it was allowed. */
export function relationMark(relation: string): string {
  return `=== rows of ${relation} ===`;
}

function plantedElsewhere({
  program,
  texts,
  secrets,
  otherBusiness,
}: Scene): Record<ElsewhereClass, (string | Buffer)[]> {
  const { accessToken, appSecret } = program.ready;
  const [, otherAppSecret = ''] = otherBusiness.appToken.split('|');
  const keyFiles = globSync('keyring/**/*', { cwd: program.dataDir }).filter((path) => /\.\d+$/.test(path));
  return {
    'message-content': [...texts],
    'private-keys': keyFiles.map((path) => sample(readFileSync(join(program.dataDir, path)))),
    'business-credentials': [accessToken, appSecret, otherBusiness.token, otherAppSecret, secrets['verifyToken'] ?? ''],
    figures: [relationMark('operator.figures'), '# TYPE postern_transport_mailbox_items gauge'],
  };
}

interface Column {
  readonly system: DatabaseSystem;
  readonly table: string;
  readonly column: string;
  /** SQL that holds for rows about the person who talks; `$1` is that person's phone number. */
  readonly isOfPerson: string | null;
}

/** The transport has rows of everybody. Those of others are not what the other person must not see. */
function personFilter(system: DatabaseSystem, columns: Readonly<Record<string, string>>): string | null {
  if (system !== 'transport') return null;
  if ('phone_number' in columns) return 'phone_number = $1';
  return 'account_id' in columns ? 'account_id = (SELECT account_id FROM phone_numbers WHERE phone_number = $1)' : null;
}

async function sampleColumn(db: Database, column: Column, scene: Scene): Promise<(string | Buffer)[]> {
  const where = column.isOfPerson === null ? '' : ` AND ${column.isOfPerson}`;
  const rows = await db.query<{ value: unknown }>(
    `SELECT DISTINCT ON ("${column.column}"::text) "${column.column}" AS value FROM "${column.table}" WHERE "${column.column}" IS NOT NULL${where}`,
    column.isOfPerson === null ? [] : [scene.person],
  );
  return rows
    .map(({ value }) => value)
    .filter((value) => typeof value === 'string' || Buffer.isBuffer(value))
    .filter((value) => isDistinctive(value) && !scene.otherBusiness.texts.has(String(value)))
    .slice(0, valuesPerColumn)
    .map((value) => (typeof value === 'string' ? value : sample(value)));
}

/** Words of the program's, such as the kind of a key, say nothing. */
function isDistinctive(value: string | Buffer): boolean {
  if (Buffer.isBuffer(value)) return value.length >= minBytes;
  return value.length >= minCharacters && !/^[a-z_.:-]+$/.test(value);
}

/** A piece from the middle, which is in it however it is cut off at its ends. */
function sample(bytes: Buffer): Buffer {
  const start = Math.max(0, Math.floor((bytes.length - sampleBytes) / 2));
  return bytes.subarray(start, start + sampleBytes);
}

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase, type Database } from '@postern/postgres';
import { mutant, patchedEnvironment, type Patch } from '../patches/patch.ts';
import { Canary, searchFiles, searchMemory } from './canary.ts';
import { sendFileToBusiness, sendFileToPerson } from './media-call.ts';
import { newFolder, Program, until } from './program.ts';

/** A program in which canaries were said, and where everything is that it left. */
export interface CanaryScene {
  readonly program: Program;
  /** Texts, a profile name and callback data: nobody but the two ends may have them. */
  readonly secrets: readonly Canary[];
  /** A person's phone number: an account of the transport's, and sealed everywhere else. */
  readonly number: Canary;
  readonly archiveFolder: string;
  readonly temporaryFolder: string;
  /** Stops the program and removes all that it left. */
  remove(): Promise<void>;
}

/** Where canaries were found, `place: form`. */
export interface Findings {
  readonly leaks: readonly string[];
  /** In the memory of the sandbox, which is the outside world: they must be there, or the search finds nothing at all. */
  readonly outside: readonly string[];
}

const databases = ['cloud_api', 'transport', 'business_manager'];

/** PostgreSQL as an operator with backups runs it: every finished piece of the WAL is copied away. */
function archiving(archiveFolder: string): Patch {
  const copying = `wal_level: 'replica',
  archive_mode: 'on',
  archive_command: 'cp "%p" "${archiveFolder}/%f"',`;
  return mutant('packages/postgres/src/embedded/settings.ts', "wal_level: 'minimal',", copying);
}

/** Starts a program with folders of its own, and has a business and a person say canaries to each other. */
export async function plantCanaries(patches: readonly Patch[]): Promise<CanaryScene> {
  const folder = newFolder();
  const [archiveFolder, temporaryFolder] = [join(folder, 'archive'), join(folder, 'tmp')];
  // The server's own account must get in.
  chmodSync(folder, 0o755);
  for (const each of [archiveFolder, temporaryFolder]) {
    mkdirSync(each);
    chmodSync(each, 0o777);
  }
  const env = patchedEnvironment([archiving(archiveFolder), ...patches], { ...process.env, TMPDIR: temporaryFolder });
  const program = await Program.start({ env });
  const remove = async () => {
    await program.remove();
    rmSync(folder, { recursive: true });
  };
  try {
    const [name, callbackData, ...texts] = Array.from({ length: 9 }, () => new Canary());
    assert.ok(name && callbackData);
    const number = new Canary(`1650${randomInt(1_000_000, 9_999_999)}`);
    await program.sandbox('POST', '/people', { name: name.text, phoneNumber: number.text });
    await converse(program, number.text, { callbackData: callbackData.text, texts: texts.map(({ text }) => text) });
    const secrets = [name, callbackData, ...texts];
    return { program, secrets, number, archiveFolder, temporaryFolder, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Both ways, with files, one that waits for a phone that is off, and one that is refused. */
async function converse(
  program: Program,
  person: string,
  { callbackData, texts }: { callbackData: string; texts: readonly string[] },
): Promise<void> {
  const [outbound = '', inbound = '', waiting = '', ...files] = texts;
  await program.say(person, inbound);
  await until('the business has the message', async () =>
    JSON.stringify(await program.sandbox('GET', '/webhooks')).includes(inbound),
  );
  const message = { messaging_product: 'whatsapp', to: person, type: 'text', text: { body: outbound } };
  const { status } = await program.post(`${program.ready.phoneNumberId}/messages`, {
    ...message,
    biz_opaque_callback_data: callbackData,
  });
  assert.equal(status, 200);
  await until('the person has the message', async () => {
    const items = await program.inbox(person);
    return items.some(({ text }) => text?.body === outbound);
  });
  const [sentName = '', sent = '', saidName = '', said = ''] = files;
  await sendFileToPerson(program, person, { filename: `${sentName}.txt`, content: sent });
  await sendFileToBusiness(program, person, { filename: `${saidName}.txt`, content: said });
  await program.sandbox('POST', '/faults', { person, offline: true });
  await program.sendText(person, waiting);
  await program.post(`${program.ready.phoneNumberId}/messages`, {
    messaging_product: 'whatsapp',
    text: { body: waiting },
  });
}

/**
 * Looks into everything outside of the phones: rows and statistics of the databases, their files and WAL before and
 * after each row was written anew, the archive, logs, files of the data folder, temporary files, metrics, and the memory
 * of the transport. That memory is what a core dump of it would hold, read where the kernel reads it for one.
 */
export async function searchEverywhere(scene: CanaryScene): Promise<Findings> {
  const { program, secrets, number, archiveFolder, temporaryFolder } = scene;
  const all = [...secrets, number];
  const leaks = [...searchCluster(scene), ...(await searchMetrics(scene))];
  for (const database of databases) leaks.push(...(await searchDatabase(scene, database)));
  leaks.push(...searchCluster(scene));
  await until('the WAL is archived', () => readdirSync(archiveFolder).length > 0);
  leaks.push(...searchFiles(archiveFolder, secrets).map((where) => `archive, ${where}`));
  leaks.push(...searchTemporary(temporaryFolder, all));
  const isOutside = (path: string) =>
    path.startsWith('people') || path.startsWith('sandbox') || path === 'logs/sandbox.log';
  leaks.push(...searchFiles(program.dataDir, secrets, isOutside).map((where) => `data folder, ${where}`));
  leaks.push(...searchFiles(join(program.dataDir, 'logs'), [number]).map((where) => `logs, ${where}`));
  const [transport] = program.pidsOf('serve transport');
  const [sandbox] = program.pidsOf('serve sandbox');
  assert.ok(transport && sandbox);
  leaks.push(...searchMemory(transport, secrets).map((where) => `transport, ${where}`));
  return { leaks, outside: searchMemory(sandbox, all) };
}

function searchCluster({ program, secrets }: CanaryScene): string[] {
  const [pid] = program.pidsOf('postgres');
  assert.ok(pid, 'PostgreSQL runs');
  const folder = execFileSync('readlink', [`/proc/${pid}/cwd`])
    .toString()
    .trim();
  return searchFiles(folder, secrets).map((where) => `cluster, ${where}`);
}

/** There need not be any; those of a socket have hidden names. */
function searchTemporary(folder: string, canaries: readonly Canary[]): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return files.flatMap(({ parentPath, name }) => {
    const bytes = readFileSync(join(parentPath, name));
    return canaries.flatMap((canary) => canary.formsIn(bytes).map((form) => `temporary files, ${name}: ${form}`));
  });
}

/** Reads all rows, so that compression hides nothing; then writes them anew, and closes the WAL that tells of it. */
async function searchDatabase(scene: CanaryScene, database: string): Promise<string[]> {
  const db = openDatabase({ url: superuserUrl(scene, database), applicationName: 'search', maxConnections: 1 });
  try {
    await db.execute('ANALYZE');
    const found = await searchRows(db, scene, database);
    await db.execute('VACUUM (FULL, ANALYZE)');
    found.push(...(await searchRows(db, scene, database)));
    await db.execute('CHECKPOINT');
    await db.execute('SELECT pg_switch_wal()');
    return found;
  } finally {
    await db.close();
  }
}

async function searchRows(db: Database, { secrets, number }: CanaryScene, database: string): Promise<string[]> {
  const canaries = database === 'transport' ? secrets : [...secrets, number];
  const tables = await db.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
     UNION ALL SELECT * FROM unnest(ARRAY['pg_stats', 'pg_stat_activity', 'pg_stat_statements'])
     WHERE to_regclass(unnest) IS NOT NULL`,
  );
  assert.ok(tables.length > 5, `${database} has tables`);
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await db.query<{ rows: string | null }>(`SELECT string_agg(t::text, ' ') AS rows FROM ${name} t`);
    const bytes = Buffer.from(row?.rows ?? '');
    for (const canary of canaries)
      found.push(...canary.formsIn(bytes).map((form) => `rows of ${database}, ${name}: ${form}`));
  }
  return found;
}

async function searchMetrics({ program, secrets, number }: CanaryScene): Promise<string[]> {
  const { operatorToken } = readJson(program, 'secrets.json');
  const { cloudApi, transport, businessManager } = program.ready as unknown as Record<string, string>;
  const found: string[] = [];
  for (const url of [cloudApi, transport, businessManager]) {
    const response = await fetch(`${url}/operator/metrics`, { headers: { authorization: `Bearer ${operatorToken}` } });
    assert.equal(response.status, 200);
    const bytes = Buffer.from(await response.text());
    for (const canary of [...secrets, number])
      found.push(...canary.formsIn(bytes).map((form) => `metrics of ${url}: ${form}`));
  }
  return found;
}

function superuserUrl({ program }: CanaryScene, database: string): string {
  const password = readFileSync(join(program.dataDir, 'postgres', 'superuser'), 'utf8').trim();
  const url = String(readJson(program, 'config/cloud-api.json')['databaseUrl']);
  return url
    .replace(/^postgres:\/\/[^:]+:[^@]+@/, `postgres://postgres:${encodeURIComponent(password)}@`)
    .replace(/cloud_api(?=\?|$)/, database);
}

function readJson(program: Program, file: string): Record<string, string> {
  return JSON.parse(readFileSync(join(program.dataDir, file), 'utf8')) as Record<string, string>;
}

import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Channel, Role } from '@postern/postern/access';
import { openDatabase } from '@postern/postgres';
import { relationMark } from './canaries.ts';
import { operatorRole, systems, type DatabaseSystem, type Scene } from './scene.ts';

/** Everything that a role gets to see by each channel, under the name of where it is from. */
export type Reach = Readonly<Record<Channel, ReadonlyMap<string, Buffer>>>;

/** Goes everywhere that the role can go. */
export async function reachOf(role: Role, scene: Scene): Promise<Reach> {
  return {
    sql: await readDatabases(role, scene),
    http: await callRoutes(role, scene, (path) => path !== metricsPath),
    files: readFiles(role, scene),
    logs: readLogs(role, scene),
    metrics: await callRoutes(role, scene, (path) => path === metricsPath),
  };
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const metricsPath = '/operator/metrics';

/** The databases that a role has a login to. */
export function loginsOf(role: Role, scene: Scene): Map<DatabaseSystem, string> {
  if (role === 'operator') {
    const { name, password } = operatorRole;
    return new Map(systems.map((system) => [system, scene.databaseUrlAs(system, name, password)]));
  }
  const own = systems.find((system) => system === role);
  return new Map(own === undefined ? [] : [[own, scene.databaseUrl(own)]]);
}

async function readDatabases(role: Role, scene: Scene): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const [system, url] of loginsOf(role, scene)) found.set(system, await readDatabase(url));
  return found;
}

/** Every column of every relation that may be selected, PostgreSQL's samples and running statements included. */
async function readDatabase(url: string): Promise<Buffer> {
  const db = openDatabase({ url, applicationName: 'test reach', maxConnections: 1 });
  const relations = await db.query<{ relation: string; columns: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS relation, string_agg(quote_ident(a.attname), ', ') AS columns
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
       AND (n.nspname NOT IN ('pg_catalog', 'information_schema') OR c.relname IN ('pg_stats', 'pg_stat_activity'))
       AND has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT')
     GROUP BY n.nspname, c.relname`,
  );
  const texts: string[] = [];
  for (const { relation, columns } of relations) {
    const rows = await db.query<{ line: string }>(`SELECT ROW(${columns})::text AS line FROM ${relation}`);
    texts.push(relationMark(relation), ...rows.map(({ line }) => line));
  }
  await db.close();
  return Buffer.from(texts.join('\n'));
}

/** The tokens that a role has; the empty one stands for none. */
function tokensOf(role: Role, { secrets, program, person, otherPerson, otherBusiness }: Scene): string[] {
  const secret = (name: string) => secrets[name] ?? '';
  const { accessToken, appId, appSecret } = program.ready;
  const tokens: Readonly<Record<Role, string[]>> = {
    'cloud-api': [secret('serviceToken')],
    transport: [secret('verifierToken'), secret('inspectToken')],
    'business-manager': [secret('adminToken'), secret('serviceToken'), secret('masterKey')],
    operator: [secret('operatorToken')],
    business: [accessToken, `${appId}|${appSecret}`],
    'other-business': [otherBusiness.token, otherBusiness.appToken],
    person: ['', person],
    'other-person': ['', otherPerson],
  };
  return tokens[role];
}

interface Call {
  readonly system: DatabaseSystem;
  readonly path: string;
  readonly token: string;
}

const callsAtOnce = 8;

async function callRoutes(role: Role, scene: Scene, isWanted: (path: string) => boolean): Promise<Map<string, Buffer>> {
  const tokens = tokensOf(role, scene);
  const calls = listPaths(scene).flatMap(({ system, path }) => tokens.map((token) => ({ system, path, token })));
  const wanted = calls.filter(({ path }) => isWanted(path));
  const found = new Map<string, Buffer>();
  const worker = async () => {
    for (let call = wanted.pop(); call; call = wanted.pop()) {
      const answer = await get(scene, call);
      const name = `${call.system} ${call.path}`;
      found.set(name, Buffer.concat([found.get(name) ?? Buffer.alloc(0), answer]));
    }
  };
  await Promise.all(Array.from({ length: callsAtOnce }, worker));
  if (role === 'business' && isWanted('webhooks'))
    found.set('its webhook endpoint', Buffer.from(JSON.stringify(await scene.program.sandbox('GET', '/webhooks'))));
  return found;
}

/** The status, headers and body of an answer, without what was asked for: a refusal may repeat it. */
async function get({ systemUrls }: Scene, { system, path, token }: Call): Promise<Buffer> {
  const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(systemUrls[system] + path, { headers });
  const answer = `${response.status} ${JSON.stringify([...response.headers])}\n${await response.text()}`;
  const asked = path.match(/\d{10,}/g) ?? [];
  return Buffer.from(asked.reduce((text, id) => text.replaceAll(id, 'asked for'), answer));
}

/** Every route that stands in the source of a system, with every id of the business in the place of `:id`. */
function listPaths({ program: { ready }, person }: Scene): { system: DatabaseSystem; path: string }[] {
  const ids = [ready.phoneNumberId, ready.businessAccountId, ready.appId];
  const withIds = (template: string) => ids.map((id) => template.replace(/:\w+/g, id));
  const internal = (['transport', 'business-manager', 'cloud-api'] as const).flatMap((system) =>
    [...new Set([metricsPath, ...findRoutes(system)].flatMap(withIds))].map((path) => ({ system, path })),
  );
  const edges = ['', ...findEdges().map((edge) => `/${edge}`)];
  const graph = edges.flatMap((edge) =>
    ids.map((id) => ({ system: 'cloud-api' as const, path: `/v25.0/${id}${edge}?wa_id=${person}` })),
  );
  const fields = { system: 'cloud-api' as const, path: `/v25.0/${ready.phoneNumberId}?fields=${phoneNumberFields}` };
  return [...internal, ...graph, fields];
}

const phoneNumberFields = 'id,display_phone_number,verified_name';

function findRoutes(system: DatabaseSystem): string[] {
  const sources = globSync('src/http/**/*.ts', { cwd: join(root, 'packages', system) });
  const routes = sources.flatMap((path) => {
    const source = readFileSync(join(root, 'packages', system, path), 'utf8');
    return [...source.matchAll(/['`](\/(?:v1|operator)\/[\w/:-]+)['`]/g)].map(([, route]) => route ?? '');
  });
  if (routes.length === 0) throw new Error(`No route was found in the source of ${system}.`);
  return routes;
}

function findEdges(): string[] {
  const folder = join(root, 'packages/cloud-api/src/http/endpoints');
  const edges = globSync('**/*.ts', { cwd: folder }).flatMap((path) =>
    [...readFileSync(join(folder, path), 'utf8').matchAll(/\bedge(?::| =) '([\w/]+)'/g)].map(([, edge]) => edge ?? ''),
  );
  if (edges.length === 0) throw new Error('No edge was found in the source of the Cloud API.');
  return [...new Set(edges)];
}

function readFiles(role: Role, { program, person, otherPerson }: Scene): Map<string, Buffer> {
  const own: Readonly<Record<Role, string[]>> = {
    'cloud-api': [
      'config/cloud-api.json',
      'config/cloud-api-worker.json',
      'keyring/**/*',
      'audit/cloud-api/**/*',
      'media/**/*',
    ],
    transport: ['config/transport.json', 'blobs/**/*'],
    'business-manager': ['config/business-manager.json', 'audit/business-manager/**/*'],
    operator: [],
    business: [],
    'other-business': [],
    person: [`people/**/*${person}*/**/*`, `people/*${person}*`],
    'other-person': [`people/**/*${otherPerson}*/**/*`, `people/*${otherPerson}*`],
  };
  return readAll(program.dataDir, own[role]);
}

function readLogs(role: Role, { program }: Scene): Map<string, Buffer> {
  const own: Readonly<Partial<Record<Role, string[]>>> = {
    'cloud-api': ['logs/cloud-api*'],
    transport: ['logs/transport*'],
    'business-manager': ['logs/business-manager*'],
    operator: ['logs/**/*', 'postgres/server.log'],
  };
  return readAll(program.dataDir, own[role] ?? []);
}

function readAll(folder: string, patterns: readonly string[]): Map<string, Buffer> {
  const paths = globSync([...patterns], { cwd: folder }).filter((path) => statSync(join(folder, path)).isFile());
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path))]));
}

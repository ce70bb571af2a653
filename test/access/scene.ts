import { spawnSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@postern/postgres';
import { sendFileToBusiness, sendFileToPerson } from '../invariants/media-call.ts';
import { Program, until } from '../invariants/program.ts';

export const databases = {
  'cloud-api': 'cloud_api',
  transport: 'transport',
  'business-manager': 'business_manager',
} as const;
export type DatabaseSystem = keyof typeof databases;
export const systems = Object.keys(databases) as DatabaseSystem[];

/** What belongs to a business that has nothing to do with the conversation. */
export interface OtherBusiness {
  readonly token: string;
  readonly appToken: string;
  /** Every text that the Business Manager answered about it. */
  readonly texts: ReadonlySet<string>;
}

/** A program in which a business and a person talk, while others look on. */
export interface Scene {
  readonly program: Program;
  readonly secrets: Readonly<Record<string, string>>;
  readonly texts: readonly string[];
  /** The phone numbers of the person who talks and of one who does not. */
  readonly person: string;
  readonly otherPerson: string;
  readonly otherBusiness: OtherBusiness;
  readonly systemUrls: Readonly<Record<DatabaseSystem, string>>;
  /** A URL to the database of a system, as its config file has it. */
  databaseUrl(system: DatabaseSystem): string;
  /** The same database as somebody else. */
  databaseUrlAs(system: DatabaseSystem, role: string, password: string): string;
  superuserUrl(system: DatabaseSystem): string;
}

export const operatorRole = { name: 'operator', password: 'password-of-the-operator' };

/** Starts the program, plants canaries in every class, and gives the operator's role its rights. */
export async function setScene(env: NodeJS.ProcessEnv): Promise<Scene> {
  const program = await Program.start({ env });
  try {
    return await converse(program, env);
  } catch (error) {
    await program.remove();
    throw error;
  }
}

/** A business may only answer: so it waits for what is said to it. */
async function untilHeard(program: Program, text: string): Promise<void> {
  await until('the business has the message', async () =>
    JSON.stringify(await program.sandbox('GET', '/webhooks')).includes(text),
  );
}

async function converse(program: Program, env: NodeJS.ProcessEnv): Promise<Scene> {
  const secrets = readJson(program, 'secrets.json');
  const person = `1650${randomInt(1_000_000, 9_999_999)}`;
  await program.sandbox('POST', '/people', { name: 'Cara', phoneNumber: person });
  // Those whom the program has from its start have said hello to the business.
  const otherPerson = `1650${randomInt(1_000_000, 9_999_999)}`;
  await program.sandbox('POST', '/people', { name: 'Otto', phoneNumber: otherPerson });
  const texts = Array.from({ length: 5 }, newText);
  const [outbound = '', inbound = '', waiting = '', sentFile = '', saidFile = ''] = texts;
  await program.say(person, inbound);
  await untilHeard(program, inbound);
  await program.sendText(person, outbound);
  await until('the person has the message', async () => {
    const items = await program.inbox(person);
    return items.some(({ text }) => text?.body === outbound);
  });
  await sendFileToPerson(program, person, { filename: 'sent.txt', content: sentFile });
  await sendFileToBusiness(program, person, { filename: 'said.txt', content: saidFile });
  await program.sandbox('POST', '/faults', { person, offline: true });
  await program.sendText(person, waiting);
  await until('an envelope waits in the mailbox', async () => {
    const { envelopes } = await program.sandbox<{ envelopes: { recipientPhoneNumber: string }[] }>(
      'GET',
      '/transport-view',
    );
    return envelopes.some(({ recipientPhoneNumber }) => recipientPhoneNumber === person);
  });
  const otherBusiness = await makeOtherBusiness(program, secrets);
  const scene = describeScene(program, { secrets, texts, person, otherPerson, otherBusiness });
  await letOperatorIn(scene, env);
  return scene;
}

function newText(): string {
  return `canary${randomBytes(18).toString('hex')}`;
}

type Said = Pick<Scene, 'secrets' | 'texts' | 'person' | 'otherPerson' | 'otherBusiness'>;

function describeScene(program: Program, said: Said): Scene {
  const configs = Object.fromEntries(systems.map((system) => [system, readJson(program, `config/${system}.json`)]));
  const urlOf = (system: DatabaseSystem) => String(configs[system]?.['databaseUrl']);
  const databaseUrlAs = (system: DatabaseSystem, role: string, password: string) =>
    urlOf(system).replace(/^postgres:\/\/[^:]+:[^@]+@/, `postgres://${role}:${encodeURIComponent(password)}@`);
  const superuser = readFileSync(join(program.dataDir, 'postgres', 'superuser'), 'utf8').trim();
  const { cloudApi, transport, businessManager } = program.ready as unknown as Record<string, string>;
  return {
    ...said,
    program,
    systemUrls: { 'cloud-api': cloudApi!, transport: transport!, 'business-manager': businessManager! },
    databaseUrl: urlOf,
    databaseUrlAs,
    superuserUrl: (system) => databaseUrlAs(system, 'postgres', superuser),
  };
}

function readJson(program: Program, file: string): Record<string, string> {
  return JSON.parse(readFileSync(join(program.dataDir, file), 'utf8')) as Record<string, string>;
}

async function makeOtherBusiness(program: Program, secrets: Record<string, string>): Promise<OtherBusiness> {
  const { businessManager } = program.ready as unknown as { businessManager: string };
  const texts = new Set<string>();
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${businessManager}/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${secrets['adminToken']}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Record<string, string>;
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    JSON.stringify(answer, (_key, value: unknown) => {
      if (typeof value === 'string') texts.add(value);
      return value;
    });
    return answer;
  };
  const { id } = await call('POST', 'businesses', { name: 'An unrelated business' });
  const app = await call('POST', `businesses/${id}/apps`, { name: 'Unrelated app' });
  const waba = await call('POST', `businesses/${id}/whatsapp-business-accounts`, { name: 'Unrelated account' });
  const phoneNumber = `1650${randomInt(1_000_000, 9_999_999)}`;
  const path = `whatsapp-business-accounts/${waba['id']}/phone-numbers`;
  await call('POST', path, { phoneNumber, verifiedName: 'Unrelated name' });
  await call('PUT', `apps/${app['id']}/whatsapp-business-accounts/${waba['id']}`);
  const user = await call('POST', `businesses/${id}/system-users`, { name: 'Unrelated user' });
  const scopes = ['whatsapp_business_messaging', 'whatsapp_business_management'];
  const request = { appId: app['id'], label: 'unrelated label', scopes, wabaIds: [waba['id']] };
  const { token = '' } = await call('POST', `system-users/${user['id']}/tokens`, request);
  texts.add('unrelated label').add(phoneNumber);
  return { token, appToken: `${app['id']}|${app['secret']}`, texts };
}

/** The role is made by whoever runs PostgreSQL; its rights come from `postern migrate`. */
async function letOperatorIn(scene: Scene, env: NodeJS.ProcessEnv): Promise<void> {
  const db = openDatabase({ url: scene.superuserUrl('transport'), applicationName: 'test setup', maxConnections: 1 });
  await db.execute(`CREATE ROLE ${operatorRole.name} LOGIN PASSWORD '${operatorRole.password}'`);
  await db.close();
  const { status, stderr } = migrateFor(scene, operatorRole.name, env);
  if (status !== 0) throw new Error(`postern migrate failed: ${stderr}`);
}

const main = join(fileURLToPath(new URL('../../', import.meta.url)), 'apps/postern/src/main.ts');

/** Runs `postern migrate --operator-role` on the databases of the scene. */
export function migrateFor(
  { program }: Scene,
  role: string,
  env: NodeJS.ProcessEnv = process.env,
): { status: number | null; stderr: string } {
  const args = [main, 'migrate', '--config', join(program.dataDir, 'config'), '--operator-role', role];
  return spawnSync(process.execPath, args, { env, encoding: 'utf8' });
}

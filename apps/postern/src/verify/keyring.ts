import { readdirSync } from 'node:fs';
import { limits } from '@postern/protocol';
import { NotCheckableError, unless, type Check } from './check.ts';
import { call } from './http-call.ts';
import type { Site } from './site.ts';

/** What `GET /operator/keyring` of the Cloud API answers. */
interface KeyringState {
  readonly backend: string;
  readonly generation: number;
  readonly root_made_at: string;
  readonly time_keys: number;
  readonly oldest_time_key_ends_at: string | null;
  readonly clock: 'good' | 'suspect';
}

/** The life cycle of keys. The secrets of the keyring are not opened for it. */
export const keyringChecks: readonly Check[] = [
  {
    statements: ['S17', 'S28'],
    what: 'no key lives on after the time of what it sealed',
    async look(site) {
      const { time_keys: count, oldest_time_key_ends_at: endsAt } = await askKeyring(site);
      const isOver = endsAt !== null && Date.parse(endsAt) < site.nowMs - limits.verifySlackMs;
      const detail = endsAt === null ? 'there is none' : `${count} time keys; the next is to be destroyed at ${endsAt}`;
      return unless(isOver ? [`a key should have been destroyed at ${endsAt}`] : [], detail);
    },
  },
  {
    statements: ['S28'],
    what: 'the root key is replaced every hour, and the clock is to be believed',
    async look(site) {
      const { root_made_at: madeAt, backend, generation, clock } = await askKeyring(site);
      const isOld = site.nowMs - Date.parse(madeAt) > limits.rootMaxAgeMs + limits.verifySlackMs;
      const problems = [
        ...(isOld ? [`the root key is of ${madeAt}`] : []),
        ...(clock === 'suspect' ? ['the clock has jumped: nothing is sealed and no key destroyed'] : []),
      ];
      return unless(problems, `${backend}, generation ${generation}, of ${madeAt}`);
    },
  },
  {
    statements: ['S28', 'S29'],
    what: 'no older generation of the keyring is left',
    look(site) {
      const folder = site.settingOf('cloud-api', 'keyringFolder');
      const rootFolder = site.configOf('cloud-api')['keyringRootFolder'];
      const keys = listGenerations(folder, 'keys');
      const roots = listGenerations(typeof rootFolder === 'string' ? rootFolder : folder, 'root');
      const problems = [
        ...(keys.length === 1 ? [] : [`there are ${keys.length} files of keys`]),
        // None when a token has it.
        ...(roots.length <= 1 ? [] : [`there are ${roots.length} root keys`]),
      ];
      return unless(problems, `generation ${keys[0] ?? '-'} alone`);
    },
  },
];

async function askKeyring(site: Site): Promise<KeyringState> {
  const token = site.settingOf('cloud-api', 'operatorToken');
  const { status, body } = await call(`${site.urlOf('cloud-api')}/operator/keyring`, { token });
  if (status !== 200) throw new Error(`the Cloud API answered ${status}`);
  return body as KeyringState;
}

function listGenerations(folder: string, kind: 'keys' | 'root'): number[] {
  try {
    const names = readdirSync(folder);
    return names.flatMap((name) => (new RegExp(`^${kind}\\.\\d{1,10}$`).test(name) ? [Number(name.slice(5))] : []));
  } catch {
    throw new NotCheckableError(`${folder} cannot be read from here`);
  }
}

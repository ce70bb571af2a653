import { readFileSync } from 'node:fs';
import { randomToken } from '@postern/service';
import type { SystemName } from '../instance/systems.ts';
import { NotCheckableError, unless, type Check } from './check.ts';
import { call } from './http-call.ts';
import type { Site } from './site.ts';

interface Door {
  readonly system: SystemName;
  readonly path: string;
  readonly method?: 'POST';
}

const operatorDoors: readonly Door[] = [
  { system: 'cloud-api', path: '/operator/statistics' },
  { system: 'cloud-api', path: '/operator/keyring' },
  { system: 'cloud-api', path: '/operator/metrics' },
  { system: 'transport', path: '/operator/metrics' },
  { system: 'business-manager', path: '/operator/metrics' },
];

const doors: readonly Door[] = [
  ...operatorDoors,
  // Any object will do: the token is looked at first.
  { system: 'cloud-api', path: '/v23.0/1' },
  { system: 'cloud-api', path: '/v23.0/1/messages', method: 'POST' },
  { system: 'transport', path: '/v1/inspect/accounts' },
  { system: 'transport', path: '/v1/inspect/envelopes' },
  { system: 'business-manager', path: '/v1/businesses' },
  { system: 'business-manager', path: '/v1/admin-log' },
  { system: 'business-manager', path: '/v1/introspect', method: 'POST' },
];

/** Who gets in over HTTP. */
export const httpChecks: readonly Check[] = [
  {
    statements: ['S14'],
    what: 'without a token every system refuses',
    look: (site) => checkRefused(site, doors),
  },
  {
    statements: ['S15'],
    what: 'a token that the Business Manager does not know opens nothing',
    look: (site) => checkRefused(site, doors, randomToken('EAA')),
  },
  {
    statements: ['S13'],
    what: "the operator's token opens nothing of a business",
    look(site) {
      const graph = doors.filter(({ system, path }) => system === 'cloud-api' && path.startsWith('/v23.0/'));
      return checkRefused(site, graph, site.settingOf('cloud-api', 'operatorToken'));
    },
  },
  {
    statements: ['S13'],
    what: "a business's token opens nothing of the operator",
    look: (site) => checkRefused(site, operatorDoors, findBusinessToken(site)),
  },
];

async function checkRefused(site: Site, tried: readonly Door[], token?: string) {
  const problems: string[] = [];
  const silent: unknown[] = [];
  const here = tried.filter(({ system }) => site.findConfig(system));
  if (here.length === 0) throw new NotCheckableError('no config file of a system with these paths is here');
  for (const { system, path, method = 'GET' } of here) {
    const url = site.urlOf(system) + path;
    const request = { method, ...(token !== undefined && { token }), ...(method === 'POST' && { body: {} }) };
    const answer = await call(url, request).catch((error: unknown) => void silent.push(error));
    if (!answer) continue;
    const { status } = answer;
    // 404 where an operator's path is switched off; 400 where the Graph says so of tokens.
    if (![400, 401, 403, 404].includes(status)) problems.push(`${method} ${path} of ${system} was answered ${status}`);
  }
  // One door that stands open is enough, whatever the others are.
  if (problems.length === 0 && silent.length > 0) throw silent[0];
  return unless(problems, `${here.length} paths tried, all refused`);
}

/** The sandbox keeps the token of its business; of others none is known here. */
function findBusinessToken({ folder }: Site): string {
  try {
    const { business } = JSON.parse(readFileSync(folder?.sandboxFile ?? '', 'utf8')) as {
      business: { accessToken: string };
    };
    return business.accessToken;
  } catch {
    throw new NotCheckableError('no token of a business is known here');
  }
}

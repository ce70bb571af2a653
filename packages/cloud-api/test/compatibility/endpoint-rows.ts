import { notBuilt } from '../../src/contract/not-built.ts';
import { listEndpoints, placeholders, type Endpoint } from '../../src/http/api-page/endpoints.ts';
import { endpointSuites } from '../conformance/endpoint-suites.ts';
import { suites as messageSuites } from '../conformance/suites.ts';
import { absentObjects } from './absent-objects.ts';
import { contractEndpoints, type Tier } from './contract-endpoints.ts';
import { differs, missing, proofsIn, supported, type Row } from './row.ts';

/** How many cases an endpoint has, of requests that are carried out and that are refused. */
export interface Cases {
  readonly accepted: number;
  readonly refused: number;
}

/** An endpoint in the table. */
export interface EndpointRow extends Row {
  /** Null for Postern's own. */
  readonly tier: Tier | null;
  /** Null where no suite can be. */
  readonly cases: Cases | null;
}

const sayNotBuilt = proofsIn('not-built.test.ts')(
  'what the contract has and is not built says so, once token and object are found good',
);
const unknownObject = proofsIn('http-graph.test.ts')(
  'an object of another business cannot be told from one that does not exist',
);
/** Endpoints of the contract that are no operation on an object, and those that another system has instead. */
const elsewhere = new Map(
  [
    supported(
      'GET /{media_url}',
      proofsIn('http-media.test.ts')('what is uploaded is described, downloaded and removed'),
    ),
  ].map((row) => [row.what, row]),
);

/** What the contract has, then what is Postern's own. */
export function listEndpointRows(): { contract: EndpointRow[]; own: EndpointRow[] } {
  const endpoints = new Map(listEndpoints().map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint]));
  const contract = contractEndpoints.map(([called, tier]) =>
    rowOfContract({ called, tier, endpoint: endpoints.get(called) }),
  );
  const own = [...endpoints]
    .filter(([, { schema }]) => schema.isOwn)
    .map(([called, endpoint]) => rowOf(called, endpoint, null));
  return { contract, own };
}

interface Named {
  readonly called: string;
  readonly tier: Tier;
  readonly endpoint: Endpoint | undefined;
}

function rowOfContract({ called, tier, endpoint }: Named): EndpointRow {
  if (endpoint) return rowOf(called, endpoint, tier);
  return { ...(elsewhere.get(called) ?? rowOfMissing(called)), tier, cases: null };
}

function rowOf(called: string, { schema: { differs: how } }: Endpoint, tier: Tier | null): EndpointRow {
  const proofs = proofsIn(`conformance/${called === messagesEndpoint ? 'messages' : 'endpoints'}.test.ts`)(called);
  const row = how === undefined ? supported(called, proofs) : differs(called, how, proofs);
  return { ...row, tier, cases: countCases(called) };
}

const messagesEndpoint = 'POST /{phone}/messages';

function rowOfMissing(called: string): Row {
  const what = listNotBuilt().get(called);
  if (what !== undefined) return missing(called, `${what} is not built: code 3.`, sayNotBuilt);
  const [, object = ''] = /^\w+ \/(\{\w+\})/.exec(called) ?? [];
  const how = absentObjects[object];
  return missing(called, how ?? '', how === undefined ? [] : unknownObject);
}

/** What answers that it is not built, by what it is called. */
export function listNotBuilt(): ReadonlyMap<string, string> {
  return new Map(
    notBuilt.flatMap(({ kind, edge, methods, what }) =>
      methods.map((method) => [`${method} /${placeholders[kind]}/${edge}`, what] as const),
    ),
  );
}

function countCases(called: string): Cases {
  const suites = [
    ...endpointSuites.filter(({ endpoint }) => endpoint === called),
    ...(called === messagesEndpoint ? Object.values(messageSuites) : []),
  ];
  const sum = (part: 'accepts' | 'refuses') =>
    suites.reduce((total, suite) => total + Object.keys(suite[part]).length, 0);
  return { accepted: sum('accepts'), refused: sum('refuses') };
}

import { listEndpoints, type Endpoint } from '../../src/http/api-page/endpoints.ts';
import type { Answer, Rig } from '../http-rig.ts';
import { checkAnswer } from './check-answer.ts';
import { FuzzedObjects } from './fuzzed-objects.ts';
import { mutate, strangeValue } from './mutations.ts';
import { placeParameters, type PlacedRequest } from './parameter-places.ts';
import { Random } from './random.ts';
import { valueOf, type ValueSchema } from './schema-values.ts';

interface FuzzOptions {
  readonly seed: number;
  readonly untilMs: number;
  readonly now: () => number;
  /** How many requests at once. */
  readonly abreast?: number;
}

/** What came of it. */
export interface ParametersOutcome {
  readonly requests: number;
  /** Endpoint → how often it was asked, and how often it did what it was asked. */
  readonly endpoints: ReadonlyMap<string, { asked: number; accepted: number }>;
  /** Code of the error → how often. */
  readonly refused: ReadonlyMap<number, number>;
}

/**
 * Calls every endpoint there is in turn, with parameters that its schema names and hostile ones, wherever they can stand, until
 * the time is up and each was called. Insists that each answer is a success or a Graph error that is the sender's fault.
 */
export async function fuzzParameters(
  rig: Rig,
  { seed, untilMs, now, abreast = 8 }: FuzzOptions,
): Promise<ParametersOutcome> {
  const random = new Random(seed);
  const objects = await FuzzedObjects.make(rig);
  const endpoints = new Map<string, { asked: number; accepted: number }>();
  const refused = new Map<number, number>();
  let requests = 0;
  const note = (endpoint: Endpoint, code: number | null): void => {
    const { asked, accepted } = endpoints.get(nameOf(endpoint)) ?? { asked: 0, accepted: 0 };
    endpoints.set(nameOf(endpoint), { asked: asked + 1, accepted: accepted + (code === null ? 1 : 0) });
    if (code !== null) refused.set(code, (refused.get(code) ?? 0) + 1);
    requests += 1;
  };
  const all = listEndpoints();
  for (let place = 0; requests < all.length || now() < untilMs; place = (place + abreast) % all.length) {
    if (place < abreast) await objects.renew();
    const chosen = Array.from({ length: abreast }, (_, index) => all[(place + index) % all.length] as Endpoint).map(
      (endpoint) => makeRequest(random, endpoint, objects),
    );
    const codes = await Promise.all(chosen.map((request) => ask(rig, request, `seed ${seed}`)));
    for (const [index, { endpoint }] of chosen.entries()) note(endpoint, codes[index] ?? null);
  }
  return { requests, endpoints, refused };
}

interface FuzzedRequest {
  readonly endpoint: Endpoint;
  readonly path: string;
  readonly token: string;
  readonly placed: PlacedRequest;
}

function makeRequest(random: Random, endpoint: Endpoint, objects: FuzzedObjects): FuzzedRequest {
  const values = makeValues(random, endpoint, objects.known);
  const placed = placeParameters(random, endpoint.method, values);
  return { endpoint, path: objects.pathOf(endpoint, random), token: objects.tokenFor(endpoint), placed };
}

async function ask(rig: Rig, { path, token, placed }: FuzzedRequest, seed: string): Promise<number | null> {
  const { method, headers, body, query } = placed;
  const context = `${seed}: ${method} ${path}${query.slice(0, 1_000)} ${headers['content-type'] ?? ''} ${body?.slice(0, 2_000) ?? ''}`;
  const response = await fetch(`${rig.url}/v25.0${path}${query}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    body,
  });
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  if (!isJson) await response.body?.cancel();
  const answer = { status: response.status, body: (isJson ? await response.json() : {}) as Answer['body'] };
  return checkAnswer(answer, context);
}

function nameOf({ method, path }: Endpoint): string {
  return `${method} ${path}`;
}

/** What the schema says, as it is or changed, and at times what nobody asked for. */
function makeValues(random: Random, { schema }: Endpoint, known: readonly string[]): Record<string, unknown> {
  const takes = JSON.parse(JSON.stringify(schema.takes)) as ValueSchema;
  const values = valueOf(takes, { random, known, levelsLeft: 8 }) as Record<string, unknown>;
  if (random.fraction() < 0.15) values[random.pick(ofEveryRequest)] = strangeValue(random);
  return random.fraction() < 0.5 ? values : mutate(random, values, values);
}

const ofEveryRequest = ['fields', 'limit', 'after', 'before', 'method', 'appsecret_proof', 'summary', 'ids', 'sort'];

import { encodeParts, multipartType } from '../media-rig.ts';
import { garble } from './mutations.ts';
import type { Random } from './random.ts';

type Values = Readonly<Record<string, unknown>>;

/** A request whose parameters stand somewhere. */
export interface PlacedRequest {
  readonly method: string;
  readonly query: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
}

const bodies: Readonly<Record<string, (values: Values) => { type: string; body: string }>> = {
  json: (values) => ({ type: 'application/json', body: JSON.stringify(values) }),
  form: (values) => ({ type: 'application/x-www-form-urlencoded', body: asQuery(values) }),
  multipart: (values) => {
    const parts = Object.entries(values).map(([name, value]) => ({ name, value: asText(value) }));
    return { type: multipartType, body: encodeParts(parts).toString() };
  },
};

/** Puts parameters into the query, a JSON object, a form or a form in parts, or some here and some there; some bodies are broken. */
export function placeParameters(random: Random, method: string, values: Values): PlacedRequest {
  const place = random.pick(['query', ...Object.keys(bodies)]);
  const make = bodies[place];
  if (!make) return { method, query: `?${asQuery(values)}`, headers: {}, body: null };
  const isSplit = random.fraction() < 0.2;
  const inQuery = Object.entries(values).filter(() => isSplit && random.fraction() < 0.5);
  const rest = Object.fromEntries(Object.entries(values).filter(([name]) => !inQuery.some(([each]) => each === name)));
  // Only a POST has a body for sure; what else is meant can stand among the parameters.
  const { type, body } = make(method === 'POST' ? rest : { ...rest, method });
  const broken = random.fraction() < 0.08 && body !== '';
  return {
    method: 'POST',
    query: `?${asQuery(Object.fromEntries(inQuery))}`,
    headers: { 'content-type': type },
    body: broken ? garble(random, body) : body,
  };
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function asQuery(values: Values): string {
  return new URLSearchParams(
    Object.entries(values).map(([name, value]): [string, string] => [name, asText(value)]),
  ).toString();
}

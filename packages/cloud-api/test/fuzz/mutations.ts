import type { Random } from './random.ts';

type Json = Record<string, unknown>;

const names = ['__proto__', 'constructor', 'toString', 'length', '0', '', 'type', 'id', 'link', 'text', 'action', 'to'];
const texts = [
  '',
  ' ',
  '0',
  '-1',
  '1e308',
  'NaN',
  'true',
  'null',
  '[]',
  '{}',
  '[{"a":',
  `${'{"data":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
  'text',
  'image',
  'interactive',
  'wamid.',
  'wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA',
  'https://media.example/a.png',
  'https://[::1',
  'javascript:alert(1)',
  '\u0000',
  '\ud800',
  '\udc00x',
  '\u202e\ufeff',
  '🙂',
  '👨‍👩‍👧‍👦',
  'é'.normalize('NFD').repeat(40),
];

// A body may have a megabyte; most should not be refused for that alone.
const maxRepeatedCharacters = 100_000;
const shortTexts = texts.filter((text) => text.length < 100);

function repeated(text: string, times: number): string {
  return text.repeat(Math.max(1, Math.min(times, Math.floor(maxRepeatedCharacters / Math.max(1, text.length)))));
}

/** A value that nobody asked for. */
export function strangeValue(random: Random): unknown {
  const kinds: (() => unknown)[] = [
    () => random.pick(texts),
    () => repeated(random.pick(texts), 1 + random.below(3_000)),
    () => random.pick([0, -0, -1, 1.5, 1e21, 1e-7, Number.MAX_SAFE_INTEGER + 2, -Number.MAX_VALUE]),
    () => random.pick([null, true, false, [], {}, [[]], [null], [{}]]),
    () => nested(random.pick([10, 32, 33, 200, 1_000]), random.pick(['list', 'object'] as const)),
    () => Array.from({ length: random.pick([2, 31, 300, 5_000]) }, () => random.pick(shortTexts)),
    () => ({ [random.pick(names)]: random.pick(texts) }),
  ];
  return random.pick(kinds)();
}

function nested(levels: number, kind: 'list' | 'object'): unknown {
  let value: unknown = 'x';
  for (let level = 0; level < levels; level += 1) value = kind === 'list' ? [value] : { a: value };
  return value;
}

/** Changes one member somewhere in it; `donor` is where pieces of other requests come from. */
function mutateOnce(random: Random, request: Json, donor: Json): void {
  const holders = listHolders(request);
  const holder = random.pick(holders);
  const keys = Object.keys(holder);
  const key = keys.length === 0 ? random.pick(names) : random.pick(keys);
  const put = (name: string, value: unknown): void => {
    if (Array.isArray(holder) && name === 'length') return;
    // Not by assignment: a member called __proto__ is one like any other in JSON.
    Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
  };
  // Not what every object has: that must not become a part of a request, and be changed there.
  const value = Object.hasOwn(holder, key) ? holder[key] : undefined;
  const changes: (() => void)[] = [
    () => put(key, strangeValue(random)),
    () => void Reflect.deleteProperty(holder, key),
    () => put(key, [value]),
    () => put(key, { [key]: value }),
    () => put(random.pick(names), value),
    () => put(key, structuredClone(random.pick(listHolders(donor)))),
    () => put(key, JSON.stringify(value)),
    () =>
      put(
        key,
        Array.from({ length: 1 + random.below(40) }, () => value),
      ),
    () => put(key, casesOf(random, value)),
    () => put(key, stretched(random, value)),
    () => {
      for (const [name, each] of Object.entries(structuredClone(donor))) put(name, each);
    },
  ];
  random.pick(changes)();
}

/** The same text with other capitals. */
function casesOf(random: Random, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return random.fraction() < 0.5 ? value.toUpperCase() : value.toLowerCase();
}

/** A text or a number around some limit. */
function stretched(random: Random, value: unknown): unknown {
  if (typeof value === 'number') return value * random.pick([-1, 0.5, 10, 1e6]);
  const size = random.pick([20, 24, 60, 72, 160, 200, 256, 512, 1_024, 4_096]) + random.below(3) - 1;
  return typeof value === 'string' ? value.padEnd(size, random.pick(['x', '🙂', '\n'])) : value;
}

/** The object itself, and every object and list in it. */
function listHolders(value: Json): Json[] {
  const found: Json[] = [value];
  for (let next = 0; next < found.length && found.length < 2_000; next += 1)
    for (const each of Object.values(found[next] as Json))
      if (each !== null && typeof each === 'object') found.push(each as Json);
  return found;
}

/** A copy of the request with a few members changed. */
export function mutate(random: Random, request: object, donor: object): Json {
  const copy = structuredClone(request) as Json;
  for (let left = 1 + random.below(4); left > 0; left -= 1) mutateOnce(random, copy, donor as Json);
  return copy;
}

/** Some bytes of a body struck out, doubled or put elsewhere: mostly no JSON any more. */
export function garble(random: Random, body: string): string {
  const at = random.below(body.length);
  const end = at + random.below(8);
  const ways: (() => string)[] = [
    () => body.slice(0, at),
    () => body.slice(0, at) + body.slice(end),
    () => body.slice(0, at) + random.pick(texts) + body.slice(end),
    () => body.slice(0, end) + body.slice(at),
    () => `${body}${body}`,
    () => body.replaceAll('"', "'"),
    () => '['.repeat(1 + random.below(5_000)) + body,
  ];
  return random.pick(ways)();
}

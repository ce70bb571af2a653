import { limits } from '@postern/protocol';

type Values = Record<string, unknown>;

const bracketPattern = /\[([^[\]]*)\]/g;
const namePattern = /^([^[\]]+)((?:\[[^[\]]*\])+)$/;

/**
 * Reads the parameters of a query or a form. Of a name that comes twice the last counts, and brackets make lists and objects,
 * as the Graph and the libraries for it do: `fields[]=id`, `categories[0]=OTHER`, `text[body]=Hello`.
 */
export function parseNamedValues(text: string): Values {
  return text === '' ? {} : readNamedValues(new URLSearchParams(text));
}

/** The same of pairs that were read already. */
export function readNamedValues(pairs: Iterable<readonly [string, string]>): Values {
  const values: Values = Object.create(null) as Values;
  const lists: Lists = new Map();
  for (const [name, value] of pairs) {
    const [, first, brackets = ''] = name.includes('[') ? (namePattern.exec(name) ?? []) : [];
    const path = [...brackets.matchAll(bracketPattern)].map(([, key = '']) => key);
    if (first === undefined || path.length > limits.maxJsonDepth) values[name] = value;
    else setAt(values, { path: [first, ...path], value, lists });
  }
  return lists.size === 0 ? values : (asLists(values, lists) as Values);
}

/** The objects whose names were all places so far, and the next place in each. */
type Lists = Map<Values, number>;

interface Setting {
  readonly path: readonly string[];
  readonly value: string;
  readonly lists: Lists;
}

function setAt(values: Values, { path, value, lists }: Setting): void {
  let at = values;
  for (const [index, key] of path.entries()) {
    const name = key === '' ? String(lists.get(at) ?? 0) : key;
    if (/^\d{1,9}$/.test(name)) takePlace(lists, at, Number(name));
    else lists.delete(at);
    if (index === path.length - 1) at[name] = value;
    else at = inside(at, name, lists);
  }
}

function takePlace(lists: Lists, at: Values, place: number): void {
  const next = lists.get(at);
  if (next !== undefined) lists.set(at, Math.max(next, place + 1));
}

/** The object under this name; a new one takes the place of a text. */
function inside(at: Values, name: string, lists: Lists): Values {
  const found = at[name];
  if (typeof found === 'object' && found !== null) return found as Values;
  const made: Values = Object.create(null) as Values;
  lists.set(made, 0);
  at[name] = made;
  return made;
}

function asLists(value: unknown, lists: Lists): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, each]) => [name, asLists(each, lists)] as const);
  if (lists.has(value as Values)) return entries.map(([, each]) => each);
  const read: Values = Object.create(null) as Values;
  for (const [name, each] of entries) read[name] = each;
  return read;
}

/** Stands for the value of a member that is taken out. */
export const gone = Symbol('gone');

/** Path of a member (`text.body`, `contacts.0.name`) → its other value. */
export type Changes = Readonly<Record<string, unknown>>;

/**
 * What is refused: the change, its error code (100 unless told), and what `details` names: the first changed member unless told.
 */
export type Refusal = Changes | readonly [changes: Changes, code: number, names?: string];

/** One type of message: a valid request, and changes of it by what they are. */
export interface Suite {
  readonly valid: Readonly<Record<string, unknown>>;
  /** A whole request that is well formed is answered with this error, because what it speaks of is not there. */
  readonly answer?: readonly [status: number, code: number];
  /** Accepted: what is stored is what was sent, but for `says`, the changes from that. */
  readonly accepts: Readonly<Record<string, Changes | readonly [changes: Changes, says: Changes]>>;
  readonly refuses: Readonly<Record<string, Refusal>>;
}

/** A copy of the request with its changes. */
export function changed(request: object, changes: Changes): Record<string, unknown> {
  const copy = structuredClone(request) as Record<string, unknown>;
  for (const [path, value] of Object.entries(changes)) change(copy, path.split('.'), value);
  return copy;
}

function change(object: Record<string, unknown>, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length > 0) {
    const inner = (object[name] ??= {}) as Record<string, unknown>;
    change(inner, rest, value);
  } else if (value === gone) delete object[name];
  else object[name] = value;
}

/** How errors name the member at a path: `contacts[0]['name']`. */
export function labelOf(path: string): string {
  const [first, ...rest] = path.split('.');
  return [first, ...rest.map((name) => (/^\d+$/.test(name) ? `[${name}]` : `['${name}']`))].join('');
}

/** So many characters. */
export function characters(count: number, character = 'x'): string {
  return character.repeat(count);
}

/** A list of so many. */
export function times<Item>(count: number, make: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_each, index) => make(index));
}

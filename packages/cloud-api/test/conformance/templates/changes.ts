/** Stands for the value of a member that is taken out. */
export const gone = Symbol('gone');

/** Path of a member (`text.body`, `contacts.0.name`) → its other value. */
export type Changes = Readonly<Record<string, unknown>>;

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

/** So many characters. */
export function characters(count: number, character = 'x'): string {
  return character.repeat(count);
}

/** A list of so many. */
export function times<Item>(count: number, make: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_each, index) => make(index));
}

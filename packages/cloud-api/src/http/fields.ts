import { limits } from '@postern/protocol';
import { GraphError, parameterError } from './graph-errors.ts';
import type { Parameters } from './parameters.ts';

/** The fields that an object can show: its name on the Graph, and those that it shows unasked. */
export interface FieldList<Field extends string> {
  readonly nodeType: string;
  readonly all: readonly Field[];
  readonly unasked: readonly Field[];
}

/**
 * Reads `fields=a,b{x,y},c.limit(5)`: which fields are asked for. What stands in brackets after a name is not looked at.
 * `id` always is one of them (contract section 1.6).
 * @throws GraphError for a field that the object has not
 */
export function parseFields<Field extends string>(parameters: Parameters, list: FieldList<Field>): ReadonlySet<Field> {
  const text = parameters.findWords('fields')?.join(',');
  if (text === undefined) return new Set(list.unasked);
  const names = splitFields(text);
  if (names.length > limits.maxRequestedFields)
    throw parameterError(`Param fields must name at most ${limits.maxRequestedFields} fields.`);
  return new Set(names.map((name) => findField(name, list)));
}

function findField<Field extends string>(name: string, { nodeType, all }: FieldList<Field>): Field {
  const field = all.find((each) => each === name);
  if (field !== undefined) return field;
  throw new GraphError(100, {
    message: `(#100) Tried accessing nonexisting field (${name}) on node type (${nodeType})`,
  });
}

/** The names between commas that stand in no bracket. */
function splitFields(text: string): string[] {
  const names: string[] = [];
  let name = '';
  let depth = 0;
  for (const character of `${text},`) {
    if (character === ',' && depth === 0) {
      const bare = name.trim().split('.', 1)[0] ?? '';
      if (bare !== '') names.push(bare);
      name = '';
    } else if ('({['.includes(character)) depth += 1;
    else if (')}]'.includes(character)) depth = Math.max(0, depth - 1);
    else if (depth === 0) name += character;
  }
  return names;
}

/** The object with the fields that are asked for, and its id. */
export function pickFields<Field extends string>(
  values: Readonly<Record<Field, unknown>>,
  fields: ReadonlySet<Field>,
  id: string,
): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const field of fields) if (values[field] !== undefined) picked[field] = values[field];
  return { ...picked, id };
}

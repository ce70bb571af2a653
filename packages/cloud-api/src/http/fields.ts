import { limits } from '@postern/protocol';
import { GraphError, parameterError } from './graph-errors.ts';
import { Parameters } from './parameters.ts';

/** The fields that an object can show: its name on the Graph, and those that it shows unasked. */
export interface FieldList<Field extends string> {
  readonly nodeType: string;
  readonly all: readonly Field[];
  readonly unasked: readonly Field[];
}

/** How one field is asked for: `analytics.start(1).end(2){data_points}`. */
export interface RequestedField {
  /** What stands in its dot calls: `start`, `end`. */
  readonly parameters: Parameters;
  /** What stands in its braces, as text; null when there are none. */
  readonly subfields: string | null;
}

/** The fields that are asked for, by name. */
export type RequestedFields<Field extends string> = ReadonlyMap<Field, RequestedField>;

const plain: RequestedField = { parameters: new Parameters({}), subfields: null };

/** One name in a list of fields, and what stands behind it. */
export interface NamedField {
  readonly name: string;
  /** `.limit(2)` and the like, by name. */
  readonly calls: Readonly<Record<string, string>>;
  /** What stands in its braces, as text; null when there are none. */
  readonly subfields: string | null;
}

/**
 * Reads `fields=a,b{x,y},c.limit(5)`: which fields are asked for, and how. `id` always is one of what is shown
 * (contract section 1.6).
 * @throws GraphError for a field that the object has not, and for brackets that do not match
 */
export function parseFields<Field extends string>(
  parameters: Parameters,
  { nodeType, all, unasked }: FieldList<Field>,
): RequestedFields<Field> {
  const named = findNamedFields(parameters);
  if (named === null) return new Map(unasked.map((field) => [field, plain]));
  return new Map(
    named.map(({ name, calls, subfields }) => {
      const field = all.find((each) => each === name);
      if (field === undefined) throw unknownFieldError(name, nodeType);
      return [field, { parameters: new Parameters(calls, field), subfields }];
    }),
  );
}

/** The names in the parameter `fields`, whether the object has such fields or not; null when there is none. @throws GraphError */
export function findNamedFields(parameters: Parameters): readonly NamedField[] | null {
  const text = parameters.findWords('fields')?.join(',');
  return text === undefined ? null : parseNamedFields(text);
}

/** Reads a list of fields that stands in `fields` or in the braces of one of them. @throws GraphError */
export function parseNamedFields(text: string): readonly NamedField[] {
  if (text.length > limits.maxFieldsCharacters)
    throw parameterError(`Param fields must be at most ${limits.maxFieldsCharacters} characters long.`);
  const fields = splitFields(text);
  if (fields.length > limits.maxRequestedFields)
    throw parameterError(`Param fields must name at most ${limits.maxRequestedFields} fields.`);
  return fields.map(readField);
}

const fieldPattern = /^([^.({]*)((?:\.\w+\([^()]*\))*)(?:\{(.*)\})?$/s;

function readField(text: string): NamedField {
  const [, name = '', calls = '', subfields] = fieldPattern.exec(text) ?? unreadable();
  const values = Object.fromEntries([...calls.matchAll(/\.(\w+)\(([^()]*)\)/g)].map(([, key, value]) => [key, value]));
  return { name: name.trim(), calls: values, subfields: subfields ?? null };
}

/** The object has no such field. */
function unknownFieldError(name: string, nodeType: string): GraphError {
  return new GraphError(100, {
    message: `(#100) Tried accessing nonexisting field (${name}) on node type (${nodeType})`,
  });
}

/** What stands between the commas that stand in no bracket. */
function splitFields(text: string): string[] {
  const fields: string[] = [];
  let field = '';
  let depth = 0;
  for (const character of text) {
    if ('({['.includes(character)) depth += 1;
    if (')}]'.includes(character)) depth -= 1;
    if (depth < 0 || depth > limits.maxJsonDepth) unreadable();
    if (character === ',' && depth === 0) {
      fields.push(field.trim());
      field = '';
    } else field += character;
  }
  if (depth > 0) unreadable();
  return [...fields, field.trim()].filter((each) => each !== '');
}

function unreadable(): never {
  throw parameterError('Param fields must name fields as in a,b{c},d.limit(5).');
}

/** The object with the fields that are asked for, and its id. */
export function pickFields<Field extends string>(
  values: Readonly<Record<Field, unknown>>,
  fields: RequestedFields<Field>,
  id: string,
): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const field of fields.keys()) if (values[field] !== undefined) picked[field] = values[field];
  return { ...picked, id };
}

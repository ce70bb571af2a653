import type { TSchema } from 'typebox';

/** What is looked at of a schema; all else stands in the OpenAPI file. */
interface Looked {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly TSchema[];
  readonly items?: TSchema;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, TSchema>>;
}

/** One member of an object, as a schema says. */
interface Member {
  readonly name: string;
  readonly schema: TSchema;
  readonly isRequired: boolean;
}

/** The members of what a schema describes, when that is an object. */
export function membersOf(schema: TSchema): Member[] {
  const { properties = {}, required = [] } = schema as Looked;
  return Object.entries(properties).map(([name, each]) => {
    return { name, schema: each, isRequired: required.includes(name) };
  });
}

/** A schema in the notation of TypeScript: `{id: string, name?: string}`. */
export function describeShape(schema: TSchema): string {
  const { type, enum: choices, const: only, anyOf, items, properties, patternProperties } = schema as Looked;
  if (choices) return choices.map((each) => JSON.stringify(each)).join(' | ');
  if (only !== undefined) return JSON.stringify(only);
  if (anyOf) return anyOf.map(describeShape).join(' | ');
  if (items) return `${inBrackets(describeShape(items))}[]`;
  if (patternProperties) return `{[name]: ${Object.values(patternProperties).map(describeShape).join(' | ')}}`;
  if (!properties) return type === 'integer' ? 'number' : (type ?? 'anything');
  const members = membersOf(schema).map(
    ({ name, schema: each, isRequired }) => `${name}${isRequired ? '' : '?'}: ${describeShape(each)}`,
  );
  return members.length === 0 ? '{…}' : `{${members.join(', ')}}`;
}

function inBrackets(shape: string): string {
  return / [|] (?![^{]*\})/.test(shape) ? `(${shape})` : shape;
}

/** What a schema says of a value beside its shape: limits, and a sentence. */
export function describeLimits(schema: TSchema): string {
  const { description, minimum, maximum, minItems, maxItems, minLength, maxLength, pattern } = schema as Readonly<
    Record<string, string | number | undefined>
  >;
  return [
    range('', minimum, maximum),
    range(' items', minItems, maxItems),
    range(' characters', minLength, maxLength),
    ...(pattern === undefined ? [] : [`\`${pattern}\``]),
    ...(description === undefined ? [] : [String(description)]),
  ]
    .filter((each) => each !== '')
    .join('; ');
}

type Bound = string | number | undefined;

function range(unit: string, from: Bound, to: Bound): string {
  if (from !== undefined && to !== undefined) return from === to ? `${from}${unit}` : `${from} to ${to}${unit}`;
  if (from !== undefined) return `at least ${from}${unit}`;
  return to === undefined ? '' : `at most ${to}${unit}`;
}

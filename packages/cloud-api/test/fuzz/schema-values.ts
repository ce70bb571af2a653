import { strangeValue } from './mutations.ts';
import type { Random } from './random.ts';

/** As much of a schema as values are made of. */
export interface ValueSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly ValueSchema[];
  readonly items?: ValueSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  readonly required?: readonly string[];
}

interface Making {
  readonly random: Random;
  /** Texts that mean something here: ids, phone numbers, names. */
  readonly known: readonly string[];
  readonly levelsLeft: number;
}

const makers: Readonly<Record<string, (schema: ValueSchema, making: Making) => unknown>> = {
  string: makeText,
  integer: ({ minimum = -2, maximum = 200 }, { random }) => minimum + random.below(maximum - minimum + 1),
  number: ({ minimum = -2, maximum = 200 }, { random }) => minimum + random.fraction() * (maximum - minimum),
  boolean: (_schema, { random }) => random.pick([true, false, 'true', '0', 1]),
  array: makeList,
  object: makeObject,
  null: () => null,
};

/** A value that the schema may allow: of its type, within its limits, mostly complete. */
export function valueOf(schema: ValueSchema, making: Making): unknown {
  if (making.levelsLeft === 0) return strangeValue(making.random);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return making.random.pick(schema.enum);
  if (schema.anyOf) return valueOf(making.random.pick(schema.anyOf), making);
  const make = makers[schema.type ?? ''];
  return make ? make(schema, making) : strangeValue(making.random);
}

function makeText({ maxLength = 30, format, pattern }: ValueSchema, { random, known }: Making): string {
  if (format === 'uri')
    return random.pick(['https://127.0.0.1:9/hook', 'https://a.invalid/', 'http://[::1]/', 'about:']);
  if (pattern?.includes('0-9') && random.fraction() < 0.8) return random.pick(known);
  const length = Math.min(random.pick([0, 1, 5, maxLength, maxLength + 1]), 70_000);
  return random.pick([random.pick(known), 'x'.repeat(length), '🙂'.repeat(Math.min(length, 3_000)), 'en_US', '123456']);
}

function makeList({ items = {}, minItems = 0, maxItems = 4 }: ValueSchema, making: Making): unknown[] {
  const length = Math.min(minItems + making.random.below(maxItems - minItems + 2), 60);
  return Array.from({ length }, () => valueOf(items, inside(making)));
}

function makeObject({ properties = {}, required = [] }: ValueSchema, making: Making): Record<string, unknown> {
  const told = Object.entries(properties).filter(([name]) => {
    const likely = required.includes(name) ? 0.95 : 0.4;
    return making.random.fraction() < likely;
  });
  return Object.fromEntries(told.map(([name, each]) => [name, valueOf(each, inside(making))]));
}

function inside(making: Making): Making {
  return { ...making, levelsLeft: making.levelsLeft - 1 };
}

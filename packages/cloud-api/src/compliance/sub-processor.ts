import { readFileSync, statSync } from 'node:fs';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { limits } from '@postern/protocol';
import { ConfigError } from '@postern/service';

const text = Type.String({ minLength: 1, maxLength: limits.maxSubProcessorCharacters });

const subProcessor = Type.Object(
  {
    name: text,
    purpose: text,
    /** ISO 3166-1, two letters. */
    country: Type.String({ pattern: '^[A-Z]{2}$' }),
    region: Type.String({ pattern: '^[A-Za-z0-9-]{1,32}$' }),
    /** What allows the transfer (GDPR articles 44 to 46). */
    mechanism: Type.Union([
      Type.Literal('not-needed'),
      Type.Literal('adequacy-decision'),
      Type.Literal('standard-contractual-clauses'),
      Type.Literal('uk-transfer-agreement'),
      Type.Literal('binding-corporate-rules'),
    ]),
    /** The day, in UTC, from which it may be given data: `2027-01-31`. */
    effectiveFrom: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }),
  },
  { additionalProperties: false },
);

const subProcessorsFile = Type.Object(
  { subProcessors: Type.Array(subProcessor, { maxItems: limits.maxSubProcessors }) },
  { additionalProperties: false },
);

/** Somebody whom the operator lets process data of the businesses. */
export type SubProcessor = Readonly<Static<typeof subProcessor>>;

/** Reads the operator's list: `{"subProcessors": [{"name", …}]}`. @throws ConfigError that says what is wrong in it */
export function readSubProcessors(file: string): SubProcessor[] {
  const content = readJson(file);
  if (!Value.Check(subProcessorsFile, content)) {
    const [wrong] = Value.Errors(subProcessorsFile, content);
    throw new ConfigError(`The list of sub-processors ${file}: ${wrong?.instancePath ?? ''} ${wrong?.message ?? ''}.`);
  }
  const { subProcessors } = content;
  const names = new Set<string>();
  for (const { name, effectiveFrom } of subProcessors) {
    if (names.has(name)) throw new ConfigError(`The list of sub-processors ${file} names "${name}" twice.`);
    if (!isDay(effectiveFrom)) throw new ConfigError(`The list of sub-processors ${file}: ${effectiveFrom} is no day.`);
    names.add(name);
  }
  return subProcessors;
}

/** A sub-processor as answers and webhooks show it. */
export function describeSubProcessor({ effectiveFrom, ...entry }: SubProcessor): object {
  return { ...entry, effective_from: effectiveFrom };
}

/** The first millisecond of the day from which a sub-processor may be given data. */
export function effectiveFromMs({ effectiveFrom }: SubProcessor): number {
  return Date.parse(`${effectiveFrom}T00:00:00Z`);
}

/** The day of a time, in UTC: `2027-01-31`. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

// 2027-02-30 is read as a day in March.
function isDay(day: string): boolean {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && dayOf(ms) === day;
}

function readJson(file: string): unknown {
  try {
    if (statSync(file).size > limits.maxSubProcessorsFileBytes)
      throw new RangeError(`it is larger than ${limits.maxSubProcessorsFileBytes} bytes`);
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    throw new ConfigError(`Cannot read the list of sub-processors ${file}: ${(error as Error).message}`);
  }
}

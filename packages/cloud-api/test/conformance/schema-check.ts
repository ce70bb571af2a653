import assert from 'node:assert/strict';
import type { TSchema } from 'typebox';
import { Check, Errors } from 'typebox/schema';
import { findEndpoint } from '../../src/http/api-page/endpoints.ts';
import type { Ask } from './endpoint-suite.ts';

/** A schema as plain JSON, as far as it is looked at here. */
interface JsonSchema {
  type?: string;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean;
  required?: string[];
}

// Every request may have them, and none of them is its operation's.
const ofEveryRequest = new Set(['access_token', 'appsecret_proof', 'method']);

/** Insists that a request that is carried out holds what its endpoint's schema says that it takes, and nothing else. */
export function assertTaken(called: string, ask: Pick<Ask, 'query' | 'json' | 'form' | 'multipart'>): void {
  const schema = closed(schemaOf(called).takes);
  const values = { ...ask.query, ...ask.form, ...ask.multipart, ...(ask.json as object | undefined) };
  const told = Object.entries(values).filter(([name, value]) => value !== null && !ofEveryRequest.has(name));
  assertFits(schema, readAs(schema, Object.fromEntries(told)), `${called} is said not to take this`);
}

/** Insists that an answer is what its endpoint's schema says: no member more, none less, each of its type. */
export function assertAnswered(called: string, body: unknown): void {
  assertFits(closed(schemaOf(called).answers), body, `${called} is said not to answer this`);
}

function schemaOf(called: string) {
  // A system user may call themselves me.
  const endpoint = findEndpoint(called) ?? findEndpoint(called.replace(' /me', ' /{user}'));
  assert.ok(endpoint, `There is no endpoint ${called}: name objects as the API page does, {phone}, {waba}, {app}, …`);
  return endpoint.schema;
}

function assertFits(schema: JsonSchema, value: unknown, told: string): void {
  if (Check(schema as TSchema, value)) return;
  const [, errors] = Errors(schema as TSchema, value);
  const reasons = errors.map(({ instancePath, message }) => `${instancePath} ${message}`);
  assert.fail(`${told}: ${reasons.join('; ')}: ${JSON.stringify(value)}`);
}

/** The schema as plain JSON, where an object has no other members than those that it names. */
function closed(schema: TSchema): JsonSchema {
  return close(JSON.parse(JSON.stringify(schema)) as JsonSchema);
}

function close(schema: JsonSchema): JsonSchema {
  const { properties, items, anyOf } = schema;
  return {
    ...schema,
    ...(anyOf && { anyOf: anyOf.map(close) }),
    ...(items && { items: close(items) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, close(each)])),
      additionalProperties: schema.additionalProperties ?? false,
    }),
  };
}

/** A value as JSON would have it, of one that came as text: objects as JSON text, numbers as digits, words in any case. */
function readAs(schema: JsonSchema, value: unknown): unknown {
  if (schema.enum) return schema.enum.find((word) => isSameWord(word, value)) ?? value;
  if (schema.anyOf) {
    const read = schema.anyOf.map((each) => [each, readAs(each, value)] as const);
    return read.find(([each, as]) => Check(each as TSchema, as))?.[1] ?? value;
  }
  switch (schema.type) {
    case 'string':
      return typeof value === 'number' ? String(value) : isFile(value) ? value.content : value;
    case 'integer':
    case 'number':
      return typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    case 'boolean':
      return readFlag(value);
    case 'array':
      return readList(schema.items ?? {}, value);
    case 'object':
      return readMembers(schema, fromJsonText(value));
    default:
      return value;
  }
}

function readFlag(value: unknown): unknown {
  const text = String(value);
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : value;
}

function readList(items: JsonSchema, value: unknown): unknown {
  const list = fromJsonText(value);
  const values = typeof list === 'string' ? list.split(',').map((word) => word.trim()) : list;
  return Array.isArray(values) ? values.map((each) => readAs(items, each)) : values;
}

function readMembers({ properties = {} }: JsonSchema, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const told = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(told.map(([name, each]) => [name, readAs(properties[name] ?? {}, each)]));
}

function isSameWord(word: unknown, value: unknown): boolean {
  return String(word).toLowerCase() === String(value).toLowerCase();
}

function isFile(value: unknown): value is { content: string } {
  return value !== null && typeof value === 'object' && 'content' in value;
}

function fromJsonText(value: unknown): unknown {
  return typeof value === 'string' && /^\s*[[{]/.test(value) ? JSON.parse(value) : value;
}

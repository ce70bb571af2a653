import type { JsonObject, JsonValue } from '../../contract/json-value.ts';

/** What a text of a screen shows: where it refers to data, the example that the screen declares for it. */
export function shownText(value: JsonValue | undefined, screen: JsonObject): string {
  const shown = shownValue(value, screen);
  if (Array.isArray(shown)) return shown.map((each: JsonValue) => shownText(each, screen)).join('\n');
  if (shown === null || shown === undefined || typeof shown === 'object') return '';
  return String(shown);
}

/** A value of a screen, or the example that stands in its place. */
export function shownValue(value: JsonValue | undefined, screen: JsonObject): JsonValue | undefined {
  if (typeof value !== 'string') return value;
  const [, name] = /^\$\{data\.(\w+)[^}]*\}$/.exec(value) ?? [];
  if (name !== undefined) return objectOf(objectOf(screen['data'])[name])['__example__'];
  if (/^\$\{[^}]*\}$/.test(value)) return '…';
  return value;
}

/** A value as an object; an empty one when it is none. */
export function objectOf(value: JsonValue | undefined): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** A value as a list of objects; an empty one when it is none. */
export function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.map((each: JsonValue) => objectOf(each)) : [];
}

import { limits } from '@postern/protocol';

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined;
}

/** Whether a value that was read from JSON is nested no deeper than the table of limits says. */
export function isShallowJson(value: unknown, levelsLeft: number = limits.maxJsonDepth): boolean {
  if (value === null || typeof value !== 'object') return true;
  if (levelsLeft === 0) return false;
  return Object.values(value).every((each) => isShallowJson(each, levelsLeft - 1));
}

import type { ParameterFormat } from './template.ts';

const placePattern = /\{\{([^{}]*)\}\}/g;
const namePatterns: Readonly<Record<ParameterFormat, RegExp>> = {
  POSITIONAL: /^[1-9][0-9]{0,2}$/,
  NAMED: /^[a-z][a-z0-9_]{0,63}$/,
};

/** The variables of a text, each once: by number, or in the order in which they are named. Null when one of them is none. */
export function findVariables(text: string, format: ParameterFormat): string[] | null {
  const names = [...text.matchAll(placePattern)].map(([, name]) => name ?? '');
  if (/\{\{|\}\}/.test(text.replaceAll(placePattern, ''))) return null;
  if (!names.every((name) => namePatterns[format].test(name))) return null;
  const unique = [...new Set(names)];
  if (format === 'NAMED') return unique;
  const sorted = unique.sort((one, other) => Number(one) - Number(other));
  return sorted.every((name, index) => Number(name) === index + 1) ? sorted : null;
}

/** The variables of a text that was checked when the template was made. */
export function variablesOf(text: string, format: ParameterFormat): string[] {
  return findVariables(text, format) ?? [];
}

/** The text with its variables filled in; one without a value stays as it is. */
export function fillVariables(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(placePattern, (place, name: string) => values.get(name) ?? place);
}

/** Whether a text begins or ends with a variable. */
export function hasOuterVariable(text: string): boolean {
  return /^\s*\{\{[^{}]*\}\}|\{\{[^{}]*\}\}\s*$/.test(text);
}

/** How many words of a text are no variables. */
export function countFixedWords(text: string): number {
  return (text.replaceAll(placePattern, ' ').match(/[\p{L}\p{N}]+/gu) ?? []).length;
}

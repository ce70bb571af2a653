import { limits } from '@postern/protocol';
import { valueError } from './graph-errors.ts';
import type { Parameters } from './parameters.ts';

/** An http or https address; null when there is none. @throws GraphError 131009 when it is another thing */
export function findWebLink(parameters: Parameters, name: string): string | null {
  const text = parameters.findText(name, limits.maxLinkCharacters);
  if (text === null) return null;
  const url = URL.parse(text);
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return text;
  throw valueError(`Param ${parameters.label(name)} must be an http or https URL.`);
}

/** The same of an address that has to be there. @throws GraphError */
export function getWebLink(parameters: Parameters, name: string): string {
  parameters.getText(name);
  return findWebLink(parameters, name) ?? '';
}

import { limits } from '@postern/protocol';
import { parameterError, valueError } from './graph-errors.ts';
import type { Parameters } from './parameters.ts';

/**
 * An http or https address; null when there is none. Its length is that of the form in which it is fetched, where some
 * characters take twelve times their place. @throws GraphError 131009 when it is another thing
 */
export function findWebLink(parameters: Parameters, name: string): URL | null {
  const text = parameters.findText(name, limits.maxLinkCharacters);
  if (text === null) return null;
  const url = URL.parse(text);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw valueError(`Param ${parameters.label(name)} must be an http or https URL.`);
  if (url.href.length <= limits.maxLinkCharacters) return url;
  throw parameterError(
    `Param ${parameters.label(name)} must be at most ${limits.maxLinkCharacters} characters long, percent-encoded.`,
  );
}

/** The same of an address that has to be there and is shown to people, as it was written. @throws GraphError */
export function getWebLink(parameters: Parameters, name: string): string {
  const text = parameters.getText(name);
  findWebLink(parameters, name);
  return text;
}

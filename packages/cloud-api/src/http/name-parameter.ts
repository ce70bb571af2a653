import { limits } from '@postern/protocol';
import { parameterError } from './graph-errors.ts';
import type { Parameters } from './parameters.ts';

/** A name as the Business Manager takes it: something visible, no control characters; null when there is none. @throws GraphError */
export function findName(parameters: Parameters, parameter: string): string | null {
  const name = parameters.findText(parameter, limits.maxNameCharacters);
  if (name === null || /^(?=.*\S)\P{Cc}*$/u.test(name)) return name;
  throw parameterError(`Param ${parameter} must be a name without control characters.`);
}

/** The same. @throws GraphError when there is none */
export function getName(parameters: Parameters, parameter: string): string {
  parameters.getText(parameter);
  return findName(parameters, parameter) ?? '';
}

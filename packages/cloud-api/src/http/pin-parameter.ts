import { Type } from 'typebox';
import { parameterError } from './graph-errors.ts';
import type { Parameters } from './parameters.ts';

export const pinShape = Type.String({ pattern: '^[0-9]{6}$' });

/** The two-step PIN of a number. @throws GraphError */
export function parsePin(parameters: Parameters): string {
  const pin = parameters.getText('pin');
  if (!/^[0-9]{6}$/.test(pin)) throw parameterError('Param pin must be 6 digits.');
  return pin;
}

import { parsePhoneNumber, type PhoneNumber } from '@postern/protocol';
import { valueError } from './graph-errors.ts';
import type { Parameters } from './parameters.ts';

/**
 * A phone number in any of the forms that people write (contract section 2.1): `+`, `-`, brackets and spaces do not count,
 * and digits without a plus are taken as international ones (gap A19).
 * @throws GraphError 100 when it is missing, 131009 when it is none
 */
export function getPhoneNumber(parameters: Parameters, name: string): { input: string; phoneNumber: PhoneNumber } {
  const input = parameters.getText(name);
  const phoneNumber = parsePhoneNumber(input.replace(/[-+() ]/g, ''));
  if (phoneNumber !== null) return { input, phoneNumber };
  throw valueError(`Param ${name} must be a phone number in international form.`);
}

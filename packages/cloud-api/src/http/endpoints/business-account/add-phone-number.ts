import { limits, parsePhoneNumber, type PhoneNumber } from '@postern/protocol';
import { Type } from 'typebox';
import { parameterError } from '../../graph-errors.ts';
import { getName } from '../../name-parameter.ts';
import type { BusinessAccountOperation } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import { graphId, text } from '../../shapes.ts';

/** `POST /{waba}/phone_numbers` (contract section 5.1): a number that no account has yet. It is verified and registered next. */
export const addPhoneNumber: BusinessAccountOperation = {
  name: 'add phone number',
  method: 'POST',
  edge: 'phone_numbers',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Adds a phone number to the account',
    takes: Type.Object({
      cc: Type.Optional(Type.String({ description: 'The country code; `country_code` is the same.' })),
      country_code: Type.Optional(Type.String()),
      phone_number: Type.String({ description: 'Without the country code.' }),
      verified_name: text(limits.maxNameCharacters),
      migrate_phone_number: Type.Optional(Type.Boolean()),
    }),
    answers: Type.Object({ id: graphId }),
    differs: 'Numbers do not move between accounts, and there are no preverified ones.',
  },
  async run({ management, access }, { node, token, parameters }) {
    if (parameters.has('preverified_id')) throw parameterError('Param preverified_id is not supported here.');
    if (parameters.findFlag('migrate_phone_number') === true)
      throw parameterError('Param migrate_phone_number must be false: numbers do not move between accounts here.');
    const number = { phoneNumber: parseNumber(parameters), verifiedName: getName(parameters, 'verified_name') };
    const id = await management.addPhoneNumber(token, node.id, number);
    access.forget([node.id, id]);
    return { id };
  },
};

function parseNumber(parameters: Parameters): PhoneNumber {
  const code = parameters.findText('country_code') ?? parameters.getText('cc');
  if (!/^\+?[1-9][0-9]{0,2}$/.test(code)) throw parameterError('Param cc must be a country code of 1 to 3 digits.');
  const local = parameters.getText('phone_number').replace(/[-() ]/g, '');
  const number = /^[0-9]+$/.test(local) ? parsePhoneNumber(code.replace('+', '') + local) : null;
  if (number !== null) return number;
  throw parameterError('Param phone_number must be the digits of a phone number without its country code.');
}

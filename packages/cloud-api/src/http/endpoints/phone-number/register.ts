import { Type } from 'typebox';
import { parameterError } from '../../graph-errors.ts';
import { numberInfo, success, type PhoneNumberOperation } from '../../operation.ts';
import { parsePin, pinShape } from '../../pin-parameter.ts';
import { messagingProduct, succeeded } from '../../shapes.ts';

// Each of these would change where or for how long messages are kept, so that to ignore one would be wrong.
const refusedParameters = ['data_localization_region', 'meta_store_retention_minutes', 'backup'] as const;

/** `POST /{phone}/register` (contract section 5.2). */
export const register: PhoneNumberOperation = {
  name: 'register',
  method: 'POST',
  edge: 'register',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Puts the number into service',
    takes: Type.Object({ messaging_product: messagingProduct, pin: pinShape }),
    answers: succeeded,
  },
  async run({ numbers }, { node, parameters }) {
    parameters.getChoice('messaging_product', ['whatsapp'] as const);
    for (const name of refusedParameters)
      if (parameters.has(name)) throw parameterError(`Param ${name} is not supported yet.`);
    await numbers.register(numberInfo(node), parsePin(parameters));
    return success;
  },
};

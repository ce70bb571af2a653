import { Type } from 'typebox';
import { parameterError } from '../../graph-errors.ts';
import { numberInfo, success, type PhoneNumberOperation } from '../../operation.ts';
import { graphId } from '../../shapes.ts';

/** `POST /{phone}/verify_code` (contract section 5.2). */
export const verifyCode: PhoneNumberOperation = {
  name: 'verify code',
  method: 'POST',
  edge: 'verify_code',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Proves with the code that the number belongs to the business',
    takes: Type.Object({ code: Type.String({ pattern: '^[0-9]{3}[- ]?[0-9]{3}$' }) }),
    answers: Type.Object({ success: Type.Literal(true), id: graphId }),
  },
  async run({ numbers }, { node, parameters }) {
    // A code is shown to people as 123-456.
    const code = parameters.getText('code').replace(/[- ]/g, '');
    if (!/^[0-9]{6}$/.test(code)) throw parameterError('Param code must be 6 digits.');
    await numbers.verifyCode(numberInfo(node), code);
    return { ...success, id: node.id };
  },
};

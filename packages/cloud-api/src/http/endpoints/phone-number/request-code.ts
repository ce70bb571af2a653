import { Type } from 'typebox';
import { numberInfo, success, type PhoneNumberOperation } from '../../operation.ts';
import { oneOf, succeeded } from '../../shapes.ts';

/** `POST /{phone}/request_code` (contract section 5.2). */
export const requestCode: PhoneNumberOperation = {
  name: 'request code',
  method: 'POST',
  edge: 'request_code',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Has a code sent to the number',
    takes: Type.Object({
      code_method: oneOf(['SMS', 'VOICE']),
      language: Type.Optional(Type.String({ description: "How the code is worded is up to the transport's gateway." })),
    }),
    answers: succeeded,
  },
  async run({ numbers }, { node, parameters }) {
    // How the code travels, and in which language, is up to the transport's gateway.
    parameters.getChoice('code_method', ['sms', 'voice'] as const);
    await numbers.requestCode(numberInfo(node));
    return success;
  },
};

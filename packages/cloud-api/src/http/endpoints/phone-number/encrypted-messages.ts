import { Type } from 'typebox';
import { parameterError } from '../../graph-errors.ts';
import type { PhoneNumberOperation } from '../../operation.ts';
import { nothing } from '../../shapes.ts';

/** `POST /{phone}/messages_encrypted` (contract section 2.10): no number has payload encryption enabled. */
export const encryptedMessages: PhoneNumberOperation = {
  name: 'messages_encrypted',
  method: 'POST',
  edge: 'messages_encrypted',
  permission: 'whatsapp_business_messaging',
  schema: {
    summary: 'Refuses a message with an encrypted payload',
    differs: 'No number has payload encryption: every call is refused.',
    takes: Type.Object({ encrypted_contents: Type.Optional(Type.String()) }),
    answers: nothing,
  },
  run() {
    const sentence = 'Param encrypted_contents cannot be read: payload encryption is not supported. Send to /messages.';
    return Promise.reject(parameterError(sentence));
  },
};

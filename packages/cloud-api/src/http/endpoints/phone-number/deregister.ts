import { success, type PhoneNumberOperation } from '../../operation.ts';
import { nothing, succeeded } from '../../shapes.ts';

/** `POST /{phone}/deregister` (contract section 5.2). The number needs a code again before it is registered anew. */
export const deregister: PhoneNumberOperation = {
  name: 'deregister',
  method: 'POST',
  edge: 'deregister',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Takes the number out of service',
    takes: nothing,
    answers: succeeded,
  },
  async run({ numbers }, { node }) {
    await numbers.deregister(node.id);
    return success;
  },
};

import { success, type PhoneNumberOperation } from '../../operation.ts';

/** `POST /{phone}/deregister` (contract section 5.2). The number needs a code again before it is registered anew. */
export const deregister: PhoneNumberOperation = {
  name: 'deregister',
  method: 'POST',
  edge: 'deregister',
  permission: 'whatsapp_business_management',
  async run({ numbers }, { node }) {
    await numbers.deregister(node.id);
    return success;
  },
};

import { GraphError } from '../graph-errors.ts';
import type { PhoneNumberOperation } from '../operation.ts';

/** `POST /{phone}/deregister` (contract section 5.2) is not offered yet, and says so. */
export const deregister: PhoneNumberOperation = {
  name: 'deregister',
  method: 'POST',
  edge: 'deregister',
  permission: 'whatsapp_business_management',
  async run() {
    throw new GraphError(100, {
      message: '(#100) Deregistering a phone number is not supported yet.',
      details: 'Deregistering a phone number is not supported yet; nothing was changed.',
    });
  },
};

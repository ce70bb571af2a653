import { Type } from 'typebox';
import { accountFields, accountShape, viewAccount, type AccountField } from '../../accounts/account-fields.ts';
import { parseFields, pickFields } from '../../fields.ts';
import type { BusinessAccountOperation } from '../../operation.ts';
import { fieldsOf } from '../../shapes.ts';

/** `GET /{waba}` (contract section 5.1). */
export const getBusinessAccount: BusinessAccountOperation = {
  name: 'business account',
  method: 'GET',
  edge: null,
  permission: 'whatsapp_business_management',
  fields: accountFields.all,
  schema: {
    summary: 'Shows the WhatsApp Business Account',
    takes: Type.Object(fieldsOf(accountFields)),
    answers: accountShape,
  },
  async run(services, { node, caller, parameters }) {
    const fields = parseFields<AccountField>(parameters, accountFields);
    return pickFields(await viewAccount(services, { node, caller, fields }), fields, node.id);
  },
};

import { Type } from 'typebox';
import { describeAnalytics } from '../../analytics/account-analytics.ts';
import { parseFields, pickFields } from '../../fields.ts';
import type { BusinessAccountOperation } from '../../operation.ts';
import { fieldsOf } from '../../shapes.ts';
import { accountFields, accountShape, describeAccount, type AccountField } from './account-fields.ts';

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
    const subject = { wabaId: node.id, businessId: node.businessId, appId: caller.appId };
    const numbers = node.phoneNumbers.map(({ id }) => id);
    const view = {
      callerBusinessId: caller.businessId,
      messagingLimit: services.sending.messagingLimit,
      health: fields.has('health_status') ? await services.health.describeAccount(subject, numbers) : undefined,
    };
    const values = { ...describeAccount(node, view), ...(await describeAnalytics(services, node, fields)) };
    return pickFields(values, fields, node.id);
  },
};

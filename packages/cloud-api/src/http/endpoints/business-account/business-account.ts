import { Type } from 'typebox';
import { analyticsFields, describeAnalytics } from '../../analytics/account-analytics.ts';
import { analyticsShapes } from '../../analytics/analytics-shapes.ts';
import { parseFields, pickFields, type FieldList } from '../../fields.ts';
import type { BusinessAccountOperation } from '../../operation.ts';
import { fieldsOf, graphId, nodeOf } from '../../shapes.ts';

const fieldList = {
  nodeType: 'WhatsAppBusinessAccount',
  all: ['id', 'name', 'currency', 'timezone_id', 'message_template_namespace', ...analyticsFields],
  unasked: ['id', 'name', 'timezone_id', 'message_template_namespace'],
} as const satisfies FieldList<string>;

/** `GET /{waba}` (contract section 5.1). */
export const getBusinessAccount: BusinessAccountOperation = {
  name: 'business account',
  method: 'GET',
  edge: null,
  permission: 'whatsapp_business_management',
  fields: fieldList.all,
  schema: {
    summary: 'Shows the WhatsApp Business Account',
    takes: Type.Object(fieldsOf(fieldList)),
    answers: nodeOf(fieldList, {
      id: graphId,
      name: Type.String(),
      currency: Type.String(),
      timezone_id: Type.String(),
      message_template_namespace: Type.String(),
      ...analyticsShapes,
    }),
  },
  async run(services, { node, parameters }) {
    const fields = parseFields<(typeof fieldList.all)[number]>(parameters, fieldList);
    const values = {
      id: node.id,
      name: node.name,
      currency: node.currency,
      timezone_id: node.timezoneId,
      message_template_namespace: node.messageTemplateNamespace,
      ...(await describeAnalytics(services, node, fields)),
    };
    return pickFields(values, fields, node.id);
  },
};

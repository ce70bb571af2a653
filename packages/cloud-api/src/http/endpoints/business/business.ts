import { Type } from 'typebox';
import { gaps } from '../../../contract/gaps.ts';
import { parseFields, pickFields, type FieldList } from '../../fields.ts';
import { graphTime } from '../../graph-time.ts';
import type { BusinessOperation } from '../../operation.ts';
import { fieldsOf, graphId, nodeOf, time } from '../../shapes.ts';

const fieldList = {
  nodeType: 'Business',
  all: ['id', 'name', 'created_time', 'verification_status', 'whatsapp_business_manager_messaging_limit'],
  unasked: ['id', 'name'],
} as const satisfies FieldList<string>;

/** `GET /{business}` (contract section 9): the portfolio of the token's own business. */
export const getBusiness: BusinessOperation = {
  name: 'business',
  method: 'GET',
  edge: null,
  permission: 'any',
  fields: fieldList.all,
  schema: {
    summary: 'Shows the business portfolio that a token belongs to',
    takes: Type.Object(fieldsOf(fieldList)),
    answers: nodeOf(fieldList, {
      id: graphId,
      name: Type.String(),
      created_time: time,
      verification_status: Type.String(),
      whatsapp_business_manager_messaging_limit: Type.String(),
    }),
  },
  async run({ sending }, { node, parameters }) {
    const fields = parseFields<(typeof fieldList.all)[number]>(parameters, fieldList);
    const values = {
      id: node.id,
      name: node.name,
      created_time: graphTime(node.createdAtMs),
      verification_status: gaps.businessVerificationStatus,
      whatsapp_business_manager_messaging_limit: sending.messagingLimit,
    };
    return pickFields(values, fields, node.id);
  },
};

import { Type } from 'typebox';
import { parseFields, pickFields, type FieldList } from '../../fields.ts';
import type { SystemUserOperation } from '../../operation.ts';
import { fieldsOf, graphId, nodeOf } from '../../shapes.ts';

const fieldList = {
  nodeType: 'User',
  all: ['id', 'name', 'business'],
  unasked: ['id', 'name'],
} as const satisfies FieldList<string>;

/** `GET /{user}`, and `GET /me` with a system user's token (contract section 9.1). */
export const getSystemUser: SystemUserOperation = {
  name: 'system user',
  method: 'GET',
  edge: null,
  permission: 'any',
  fields: fieldList.all,
  schema: {
    summary: 'Shows a system user of the business that a token belongs to',
    takes: Type.Object(fieldsOf(fieldList)),
    answers: nodeOf(fieldList, {
      id: graphId,
      name: Type.String(),
      business: Type.Object({ id: graphId, name: Type.String() }),
    }),
  },
  async run(_services, { node, parameters }) {
    const fields = parseFields<(typeof fieldList.all)[number]>(parameters, fieldList);
    const values = { id: node.id, name: node.name, business: { id: node.businessId, name: node.businessName } };
    return pickFields(values, fields, node.id);
  },
};

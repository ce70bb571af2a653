import { Type } from 'typebox';
import { parseFields, pickFields, type FieldList } from '../../fields.ts';
import type { AppOperation } from '../../operation.ts';
import { fieldsOf, graphId, nodeOf } from '../../shapes.ts';

const fieldList = {
  nodeType: 'Application',
  all: ['id', 'name', 'link', 'category'],
  unasked: ['id', 'name', 'link', 'category'],
} as const satisfies FieldList<string>;

/** `GET /{app}`, and `GET /me` with an app's own token. */
export const getApp: AppOperation = {
  name: 'app',
  method: 'GET',
  edge: null,
  permission: 'any',
  fields: fieldList.all,
  schema: {
    summary: 'Shows the app that a token belongs to',
    takes: Type.Object(fieldsOf(fieldList)),
    answers: nodeOf(fieldList, { id: graphId, name: Type.String(), link: Type.String(), category: Type.String() }),
  },
  async run(_services, { node, parameters }) {
    const fields = parseFields<(typeof fieldList.all)[number]>(parameters, fieldList);
    // Apps have no page of their own here, as `subscribed_apps` tells too.
    return pickFields({ id: node.id, name: node.name, link: '', category: 'Business' }, fields, node.id);
  },
};

import { Type } from 'typebox';
import { flowCategories, flowStatuses } from '../../flows/flow.ts';
import { graphId, nodeOf, oneOf, time, webLink, words } from '../shapes.ts';
import { flowFields } from './flow-fields.ts';

const count = Type.Integer({ minimum: 1 });
const place = { line_start: count, line_end: count, column_start: count, column_end: count };

/** What is wrong with a flow's file. */
export const mistakesSchema = Type.Array(
  Type.Object({
    error: Type.String(),
    error_type: Type.String(),
    message: Type.String(),
    ...place,
    pointers: Type.Array(Type.Object({ ...place, path: Type.String() })),
  }),
);

export const categoriesSchema = words('What the flow is for.', oneOf(flowCategories));

/** A flow, with the fields that were asked for. */
export const flowSchema = nodeOf(flowFields, {
  id: graphId,
  name: Type.String(),
  status: oneOf(flowStatuses),
  categories: Type.Array(oneOf(flowCategories)),
  validation_errors: mistakesSchema,
  json_version: Type.String(),
  data_api_version: Type.String(),
  endpoint_uri: Type.String(),
  data_channel_uri: Type.String(),
  whatsapp_business_account: Type.Object({ id: graphId }),
  application: Type.Object({ id: graphId }),
  updated_at: time,
  preview: Type.Object({ preview_url: webLink, expires_at: time, id: graphId }),
});

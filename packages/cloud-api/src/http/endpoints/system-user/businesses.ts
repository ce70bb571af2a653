import { Type } from 'typebox';
import type { SystemUserOperation } from '../../operation.ts';
import { answerPage, takePage } from '../../paging.ts';
import { graphId, pageOf, paging } from '../../shapes.ts';

/** `GET /me/businesses` (contract section 9.1): a system user belongs to one. */
export const listBusinesses: SystemUserOperation = {
  name: 'businesses of user',
  method: 'GET',
  edge: 'businesses',
  permission: 'any',
  schema: {
    summary: 'Lists the businesses of a system user, which is one',
    takes: Type.Object(paging),
    answers: pageOf(Type.Object({ id: graphId, name: Type.String() })),
  },
  async run(_services, { node, parameters, url }) {
    const page = takePage([{ id: node.businessId, name: node.businessName }], parameters);
    return answerPage(page, [...page.items], url);
  },
};

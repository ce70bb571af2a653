import { Type } from 'typebox';
import type { BusinessAccountNode } from '../../access/introspection.ts';
import type { FieldList } from '../fields.ts';
import { parseFields, pickFields } from '../fields.ts';
import type { GraphCall, GraphNode, Services } from '../operation.ts';
import { answerPage, takePage, type GraphList } from '../paging.ts';
import { fieldsOf, pageOf, paging } from '../shapes.ts';
import { accountFields, accountShape, viewAccount, type AccountField } from './account-fields.ts';

const listedFields = {
  ...accountFields,
  unasked: ['id', 'name', 'currency', 'timezone_id', 'message_template_namespace'],
} as const satisfies FieldList<string>;

/** How an edge that lists accounts is described. */
export const listedAccounts = {
  takes: Type.Object({ ...fieldsOf(listedFields), ...paging }),
  answers: pageOf(accountShape),
};

/** Lists those of the accounts that the token reaches that belong into the list; no other is told of. @throws GraphError */
export async function listAccounts(
  services: Services,
  { caller, token, parameters, url }: GraphCall<GraphNode>,
  belongs: (account: BusinessAccountNode) => boolean,
): Promise<GraphList<object>> {
  const fields = parseFields<AccountField>(parameters, listedFields);
  const accounts: BusinessAccountNode[] = [];
  for (const id of caller.wabaIds) {
    const found = await services.access.introspect(token, id);
    const node = found.active ? found.node : null;
    if (node?.kind === 'whatsapp_business_account' && belongs(node)) accounts.push(node);
  }
  const page = takePage(accounts, parameters);
  const views = page.items.map(async (node) =>
    pickFields(await viewAccount(services, { node, caller, fields }), fields, node.id),
  );
  return answerPage(page, await Promise.all(views), url);
}

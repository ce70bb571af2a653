import { limits } from '@postern/protocol';
import { Type } from 'typebox';
import type { TypedHttp } from '@postern/service';
import type { GetSandbox } from './sandbox-access.ts';

const viewQuery = Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.maxInspectRows })) });

const defaultRows = 100;

/** `GET /transport-view`: what the transport's tables hold at this moment. */
export function addTransportViewRoutes(routes: TypedHttp, getSandbox: GetSandbox): void {
  const schema = { querystring: viewQuery };
  routes.get('/transport-view', { schema }, async ({ query }) => getSandbox().view.read(query.limit ?? defaultRows));
}

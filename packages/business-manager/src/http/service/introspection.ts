import { Type } from 'typebox';
import { introspect } from '../../access/introspection.ts';
import type { BusinessManager } from '../../business-manager.ts';
import type { TypedHttp } from '@postern/service';

const introspectBody = Type.Object(
  { token: Type.String(), node: Type.Optional(Type.Union([Type.String(), Type.Null()])) },
  { additionalProperties: false },
);

export function addIntrospectionRoutes(routes: TypedHttp, manager: BusinessManager): void {
  routes.post('/v1/introspect', { schema: { body: introspectBody } }, ({ body }) =>
    introspect(manager, { token: body.token, node: body.node ?? null }),
  );
}

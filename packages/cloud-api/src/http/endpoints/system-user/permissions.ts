import { Type } from 'typebox';
import type { SystemUserOperation } from '../../operation.ts';
import { oneOf } from '../../shapes.ts';
import { requireOwnUser } from './own-user.ts';

/** `GET /me/permissions` (contract section 9.1): what the token allows. */
export const listPermissions: SystemUserOperation = {
  name: 'permissions',
  method: 'GET',
  edge: 'permissions',
  permission: 'any',
  schema: {
    summary: 'Lists what the token allows',
    takes: Type.Object({}),
    answers: Type.Object({
      data: Type.Array(Type.Object({ permission: Type.String(), status: oneOf(['granted']) })),
    }),
  },
  async run(_services, call) {
    requireOwnUser(call);
    return { data: call.caller.scopes.map((permission) => ({ permission, status: 'granted' })) };
  },
};

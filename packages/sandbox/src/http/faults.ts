import { Type } from 'typebox';
import { faultySystems } from '../supervisor.ts';
import { findPerson } from './person.ts';
import type { TypedHttp } from '@postern/service';
import type { GetSandbox } from './sandbox-access.ts';

const faultBody = Type.Union([
  Type.Object({ person: Type.String({ maxLength: 32 }), offline: Type.Boolean() }, { additionalProperties: false }),
  Type.Object(
    { system: Type.Union(faultySystems.map((system) => Type.Literal(system))), kill: Type.Literal(true) },
    { additionalProperties: false },
  ),
]);

/** `POST /faults`: takes a phone off the network or brings it back; kills a system, which is started again. */
export function addFaultRoutes(routes: TypedHttp, getSandbox: GetSandbox): void {
  routes.post('/faults', { schema: { body: faultBody } }, async ({ body }) => {
    const sandbox = getSandbox();
    if ('system' in body) {
      await sandbox.supervisor.kill(body.system);
    } else {
      const phone = findPerson(sandbox, body.person);
      if (body.offline) await phone.goOffline();
      else phone.goOnline();
    }
    return { success: true };
  });
}

import { FlowTapError, type ShownFlow } from '@postern/client';
import { limits } from '@postern/protocol';
import { HttpError, type TypedHttp } from '@postern/service';
import { Type } from 'typebox';
import type { Sandbox } from '../sandbox.ts';
import { badRequest } from './bad-request.ts';
import { findPerson, personParams, referenceOf } from './person.ts';
import type { GetSandbox } from './sandbox-access.ts';

const closed = { additionalProperties: false };

const openBody = Type.Object(
  {
    message_id: Type.String({ maxLength: 128 }),
    button: Type.Optional(Type.Integer({ minimum: 0, maximum: limits.maxTemplateButtons - 1 })),
  },
  closed,
);

const flowParams = Type.Object({ ...personParams.properties, flowId: Type.String({ maxLength: 32 }) });

const tapBody = Type.Object(
  {
    values: Type.Optional(Type.Record(Type.String({ maxLength: limits.maxFieldCharacters }), Type.Unknown())),
    tap: Type.Optional(Type.String({ maxLength: limits.maxFieldCharacters })),
  },
  closed,
);

/** Adds opening flows and going through them, as a person does who has a message that leads to one. */
export function addFlowRoutes(routes: TypedHttp, getSandbox: GetSandbox): void {
  const open = { schema: { params: personParams, body: openBody } };
  routes.post('/people/:waId/flows', open, async ({ params, body }) => {
    const phone = findPerson(getSandbox(), params.waId);
    const flow = phone.openFlow(referenceOf(phone, body.message_id, 'message_id').messageId, body.button);
    if (flow) return flow;
    throw new HttpError(404, 'no_flow', 'message_id is not that of a message on this phone that leads to a flow.');
  });

  routes.get('/people/:waId/flows/:flowId', { schema: { params: flowParams } }, async ({ params }) =>
    shown(params.flowId, findPerson(getSandbox(), params.waId).findFlow(params.flowId)),
  );

  routes.post(
    '/people/:waId/flows/:flowId/tap',
    { schema: { params: flowParams, body: tapBody } },
    async ({ params, body }) => act(getSandbox(), params, (phone) => phone.tapFlow(params.flowId, body)),
  );

  routes.post('/people/:waId/flows/:flowId/back', { schema: { params: flowParams } }, async ({ params }) =>
    act(getSandbox(), params, (phone) => phone.goBackInFlow(params.flowId)),
  );
}

function act(
  sandbox: Sandbox,
  { waId, flowId }: { waId: string; flowId: string },
  work: (phone: ReturnType<typeof findPerson>) => ShownFlow | null,
): ShownFlow {
  try {
    return shown(flowId, work(findPerson(sandbox, waId)));
  } catch (error) {
    if (error instanceof FlowTapError) throw badRequest(error.message);
    throw error;
  }
}

function shown(flowId: string, flow: ShownFlow | null): ShownFlow {
  if (flow) return flow;
  throw new HttpError(404, 'no_such_flow', `This phone has opened no flow ${JSON.stringify(flowId)}.`);
}

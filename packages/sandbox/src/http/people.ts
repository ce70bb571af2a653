import type { Phone } from '@postern/client';
import { limits } from '@postern/protocol';
import { HttpError, type TypedHttp } from '@postern/service';
import { Type } from 'typebox';
import type { Sandbox } from '../sandbox.ts';
import { addBlockRoutes } from './blocks.ts';
import { addFlowRoutes } from './flows.ts';
import { addMediaRoutes } from './media.ts';
import { addMessageRoutes } from './messages.ts';
import { findPerson, numberIn, personParams } from './person.ts';
import type { GetSandbox } from './sandbox-access.ts';
import { addScanRoutes } from './scans.ts';
import { addSignRoutes } from './signs.ts';
import { addTapRoutes } from './taps.ts';
import { addUsernameRoutes } from './usernames.ts';

const personBody = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: limits.maxNameCharacters,
      pattern: '^(?=.*\\S)[^\\u0000-\\u001f\\u007f]*$',
    }),
    phoneNumber: Type.Optional(Type.String({ maxLength: 32 })),
  },
  { additionalProperties: false },
);

const safetyQuery = Type.Object({ with: Type.Optional(Type.String({ maxLength: 32 })) });

/** Adds what can be done with people and as one of them. */
export function addPeopleRoutes(routes: TypedHttp, getSandbox: GetSandbox): void {
  routes.get('/people', async () => ({ people: getSandbox().people.list().map(describePerson) }));

  routes.post('/people', { schema: { body: personBody } }, async ({ body }, reply) => {
    const phone = await addPerson(getSandbox(), body);
    return reply.code(201).send(describePerson(phone));
  });

  routes.get(
    '/people/:waId/safety-number',
    { schema: { params: personParams, querystring: safetyQuery } },
    async ({ params, query }) => {
      const sandbox = getSandbox();
      return findSafetyNumber(sandbox, findPerson(sandbox, params.waId), query.with ?? sandbox.business.phoneNumber);
    },
  );

  addMessageRoutes(routes, getSandbox);
  addTapRoutes(routes, getSandbox);
  addMediaRoutes(routes, getSandbox);
  addScanRoutes(routes, getSandbox);
  addFlowRoutes(routes, getSandbox);
  addSignRoutes(routes, getSandbox);
  addBlockRoutes(routes, getSandbox);
  addUsernameRoutes(routes, getSandbox);
}

function describePerson({ name, phoneNumber, isOnline }: Phone): { name: string; waId: string; online: boolean } {
  return { name, waId: phoneNumber, online: isOnline };
}

async function addPerson(
  { people }: Sandbox,
  { name, phoneNumber }: { name: string; phoneNumber?: string },
): Promise<Phone> {
  const number = phoneNumber === undefined ? undefined : numberIn('phoneNumber', phoneNumber);
  if (people.isFull)
    throw new HttpError(409, 'too_many_people', `The sandbox has at most ${limits.maxSandboxPeople} people.`);
  const phone = await people.add(name, number);
  if (!phone) throw new HttpError(409, 'phone_number_taken', 'phoneNumber belongs to somebody else.');
  return phone;
}

async function findSafetyNumber(
  { view }: Sandbox,
  phone: Phone,
  other: string,
): Promise<{ with: string; safetyNumber: string }> {
  const phoneNumber = numberIn('with', other);
  const accountId = await view.findAccount(phoneNumber);
  const safetyNumber = accountId && phone.safetyNumberWith(accountId);
  if (!safetyNumber)
    throw new HttpError(404, 'no_safety_number', 'There is a safety number once a message was exchanged.');
  return { with: phoneNumber, safetyNumber };
}

import type { Phone } from '@postern/client';
import { HttpError } from '@postern/service';
import { Type } from 'typebox';
import type { Sandbox } from '../sandbox.ts';

export const personParams = Type.Object({ waId: Type.String({ maxLength: 32 }) });

/** The phone of a person. @throws HttpError 404 */
export function findPerson({ people }: Sandbox, waId: string): Phone {
  const phone = people.find(waId.replace(/^\+/, ''));
  if (!phone)
    throw new HttpError(404, 'no_such_person', 'The sandbox has no person with this number; see GET /people.');
  return phone;
}

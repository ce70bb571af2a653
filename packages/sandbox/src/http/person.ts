import type { Phone } from '@postern/client';
import {
  decodeWamid,
  encodeWamid,
  parsePhoneNumber,
  type MessageId,
  type MessageReference,
  type PhoneNumber,
} from '@postern/protocol';
import { HttpError } from '@postern/service';
import { Type } from 'typebox';
import type { Sandbox } from '../sandbox.ts';
import { badRequest } from './bad-request.ts';

export const personParams = Type.Object({ waId: Type.String({ maxLength: 32 }) });

/** The phone of a person. @throws HttpError 404 */
export function findPerson({ people }: Sandbox, waId: string): Phone {
  const phone = people.find(waId.replace(/^\+/, ''));
  if (!phone)
    throw new HttpError(404, 'no_such_person', 'The sandbox has no person with this number; see GET /people.');
  return phone;
}

/** A phone number as it was given, with or without the plus. @throws HttpError 400 that names the field */
export function numberIn(field: string, given: string): PhoneNumber {
  const phoneNumber = parsePhoneNumber(given.replace(/^\+/, ''));
  if (!phoneNumber) throw badRequest(`${field} must be a phone number of 7 to 15 digits.`);
  return phoneNumber;
}

/** The message that a wamid names, seen from this person. @throws HttpError 400 that names the field */
export function referenceOf({ phoneNumber }: Phone, wamid: string, field: string): MessageReference {
  const parts = decodeWamid(wamid);
  if (parts?.phoneNumber !== phoneNumber)
    throw badRequest(`${field} must be the id of a message in this person's chats.`);
  return { messageId: parts.messageId, fromMe: !parts.sentByBusiness };
}

/** The wamid of a message that this person sent. */
export function wamidOf({ phoneNumber }: Phone, messageId: MessageId): string {
  return encodeWamid({ phoneNumber, sentByBusiness: false, messageId });
}

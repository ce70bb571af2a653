import { parsePhoneNumber, type PhoneNumber } from '@postern/protocol';
import { HttpError } from '@postern/service';
import { Type } from 'typebox';
import { nameField } from './fields.ts';

/** What a new number is told by. */
export const phoneNumberFields = { phoneNumber: Type.String({ maxLength: 32 }), verifiedName: nameField };

/** Reads a new number, as people write it. @throws HttpError when it is none */
export function parseNewNumber({ phoneNumber, verifiedName }: { phoneNumber: string; verifiedName: string }): {
  phoneNumber: PhoneNumber;
  verifiedName: string;
} {
  const parsed = parsePhoneNumber(phoneNumber.replace(/^\+|[ ()-]/g, ''));
  if (parsed) return { phoneNumber: parsed, verifiedName };
  throw new HttpError(400, 'bad_request', 'phoneNumber must have 7 to 15 digits, country code first.');
}

import { parseMessageId, parsePhoneNumber, parseUserId, type MessageId, type PhoneNumber, type UserId } from './ids.ts';

/** A message as the contract names it: whose chat it is in, who sent it, and its id there. */
export interface WamidParts {
  /** The person's number, whoever sent the message; their user id where the business does not get to know the number. */
  phoneNumber: PhoneNumber | UserId;
  sentByBusiness: boolean;
  messageId: MessageId;
}

const sentByBusinessByte = 0x11;
const sentByPersonByte = 0x12;

/** Writes the contract's wamid (section 2.2): base64 of a Thrift-compact struct. Deterministic. */
export function encodeWamid({ phoneNumber, sentByBusiness, messageId }: WamidParts): string {
  const phone = Buffer.from(phoneNumber, 'latin1');
  const id = Buffer.from(messageId, 'latin1');
  const bytes = Buffer.concat([
    Buffer.from([0x1c, 0x18, phone.length]),
    phone,
    Buffer.from([0x15, 0x02, 0x00, sentByBusiness ? sentByBusinessByte : sentByPersonByte, 0x18, id.length]),
    id,
    Buffer.from([0x00]),
  ]);
  return `wamid.${bytes.toString('base64')}`;
}

/** Reads what {@link encodeWamid} wrote; null for anything else. */
export function decodeWamid(wamid: string): WamidParts | null {
  if (!wamid.startsWith('wamid.') || wamid.length > 128) return null;
  const bytes = Buffer.from(wamid.slice(6), 'base64');
  const phoneLength = bytes[2] ?? 0;
  const party = bytes.toString('latin1', 3, 3 + phoneLength);
  const phoneNumber = parsePhoneNumber(party) ?? parseUserId(party);
  const direction = bytes[6 + phoneLength];
  const idLength = bytes[8 + phoneLength] ?? 0;
  const messageId = parseMessageId(bytes.toString('latin1', 9 + phoneLength, 9 + phoneLength + idLength));
  if (!phoneNumber || !messageId) return null;
  const parts = { phoneNumber, sentByBusiness: direction === sentByBusinessByte, messageId };
  return encodeWamid(parts) === wamid ? parts : null;
}

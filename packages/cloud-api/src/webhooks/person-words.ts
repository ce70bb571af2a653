import { encodeWamid, type MessageId, type PhoneNumber, type UserId } from '@postern/protocol';
import { partyOf } from '../user-ids/user-id.ts';
import type { OpenedMessage } from './message-opener.ts';

type Named = Pick<OpenedMessage, 'person' | 'user'>;

/** The names of a person that webhooks may tell: the phone number unless it is hidden, and the user id when there is one. */
interface PersonNames {
  readonly number: PhoneNumber | null;
  readonly userId: UserId | null;
}

export function namesOf({ person, user }: Named): PersonNames {
  return { number: user?.isNumberHidden ? null : person, userId: user?.id ?? null };
}

/** The members of an entry of `contacts` that name the person. */
export function contactNames(message: Named): object {
  const { number, userId } = namesOf(message);
  return { ...(number !== null && { wa_id: number }), ...(userId !== null && { user_id: userId }) };
}

/** The id of a message in the chat with this person. */
export function wamidIn(
  message: Named,
  { sentByBusiness, messageId }: { sentByBusiness: boolean; messageId: MessageId },
) {
  return encodeWamid({ phoneNumber: partyOf(message), sentByBusiness, messageId });
}

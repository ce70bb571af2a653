import { randomInt } from 'node:crypto';
import { limits, type AccountId, type PhoneNumber, type UserId } from '@postern/protocol';
import { countryOf } from '../analytics/country.ts';
import type { Subject } from '../subjects/subject.ts';

/** How the business of a number knows somebody. */
export interface KnownUser {
  readonly person: PhoneNumber;
  readonly id: UserId;
  /** The transport's account that is behind it; null until somebody has spoken from one. */
  readonly accountId: AccountId | null;
  /** Whether the business has the person's phone number: it used it, or the person showed it. */
  readonly isNumberKnown: boolean;
  /** Whether the ids of the person's messages name the user id instead of the phone number. It never changes. */
  readonly namesMessages: boolean;
}

/** What a stored message says of how the business knew its person when it was accepted. */
export interface MessageUser {
  readonly id: UserId;
  /** The phone number is told to nobody. */
  readonly isNumberHidden?: true;
  /** The name that the person had taken at the transport when they sent it. */
  readonly username?: string;
  /** The message's id names the user id instead of the phone number. */
  readonly namesMessage?: true;
  /** It is no message but says that this id takes the place of that one. */
  readonly previousId?: UserId;
}

const digitsPerDraw = 10;

/** A new user id: the country of the phone number, which the contract wants, and digits by chance. */
export function newUserId(person: PhoneNumber): UserId {
  const draws = Array.from({ length: limits.userIdDigits / digitsPerDraw }, () => randomInt(10 ** digitsPerDraw));
  return `${countryOf(person)}.${draws.map((draw) => String(draw).padStart(digitsPerDraw, '0')).join('')}` as UserId;
}

export function toMessageUser({ id, isNumberKnown, namesMessages }: KnownUser): MessageUser {
  return { id, ...(!isNumberKnown && { isNumberHidden: true }), ...(namesMessages && { namesMessage: true }) };
}

/** What stands for the person in the ids of their messages. */
export function partyOf({ person, user }: { person: PhoneNumber; user?: MessageUser | null }): PhoneNumber | UserId {
  return user?.namesMessage ? user.id : person;
}

/** A number comes upon a person. */
export interface Encounter {
  readonly person: PhoneNumber;
  readonly subject: Subject;
  /** The account that the person speaks from; null when it is the business that speaks. */
  readonly accountId: AccountId | null;
  /** The business uses the person's phone number, or the person shows it. */
  readonly showsNumber: boolean;
}

/** Nobody has spoken for the user yet, nobody speaks now, or it is the same account. */
export function isAccountOf({ accountId }: KnownUser, encounter: Encounter): boolean {
  return accountId === null || encounter.accountId === null || accountId === encounter.accountId;
}

/** The user after the encounter; the very same one when it brings nothing new. */
export function meet(user: KnownUser, { accountId, showsNumber }: Encounter): KnownUser {
  if ((accountId === null || accountId === user.accountId) && (!showsNumber || user.isNumberKnown)) return user;
  return { ...user, accountId: accountId ?? user.accountId, isNumberKnown: user.isNumberKnown || showsNumber };
}

export function newUser({ person, accountId, showsNumber }: Encounter): KnownUser {
  return { person, id: newUserId(person), accountId, isNumberKnown: showsNumber, namesMessages: !showsNumber };
}

import type { Clock, PhoneNumber } from '@postern/protocol';
import type { Subject } from '../subjects/subject.ts';
import type { Subjects } from '../subjects/subjects.ts';
import type { Encounter, KnownUser } from '../user-ids/user-id.ts';
import type { UserIds } from '../user-ids/user-ids.ts';
import type { NewMessage, NewReceipt } from './accept-queue.ts';

/** Something that goes to a person. */
type Item = Pick<NewMessage | NewReceipt, 'phoneNumberId' | 'to'>;

type ByPerson<Value> = ReadonlyMap<PhoneNumber, Value>;

/** The people of a batch. */
export interface BatchPeople {
  subjectOf(item: Item): Subject | null;
  /** How the business knows the recipient of a message. */
  userOf(message: Item): KnownUser | null;
}

interface PeopleOptions {
  readonly subjects: Subjects;
  readonly userIds: UserIds;
  readonly clock: Clock;
}

/** Finds, or makes, those to whom a batch goes. @throws StaleSubjectError */
export async function findPeople(
  options: PeopleOptions,
  batch: readonly { message: NewMessage | null; receipt: NewReceipt | null }[],
): Promise<BatchPeople> {
  const items = batch.flatMap(({ message, receipt }) => message ?? receipt ?? []);
  const subjects = await findSubjects(options, items);
  const subjectOf = ({ phoneNumberId, to }: Item) => subjects.get(phoneNumberId)?.get(to) ?? null;
  const messages = batch.flatMap(({ message }) => message ?? []);
  const users = await findUsers(options, messages, subjectOf);
  return { subjectOf, userOf: ({ phoneNumberId, to }) => users.get(phoneNumberId)?.get(to) ?? null };
}

async function findSubjects({ subjects, clock }: PeopleOptions, items: readonly Item[]) {
  const found = new Map<string, ByPerson<Subject>>();
  for (const [phoneNumberId, ofNumber] of Map.groupBy(items, (item) => item.phoneNumberId)) {
    const people = ofNumber.map(({ to }) => to);
    found.set(phoneNumberId, await subjects.resolve(phoneNumberId, people, clock.now()));
  }
  return found;
}

async function findUsers(
  { userIds, clock }: PeopleOptions,
  messages: readonly NewMessage[],
  subjectOf: BatchPeople['subjectOf'],
) {
  const found = new Map<string, ByPerson<KnownUser>>();
  for (const [phoneNumberId, ofNumber] of Map.groupBy(messages, (message) => message.phoneNumberId)) {
    const encounters = ofNumber.flatMap((message): Encounter[] => {
      const subject = subjectOf(message);
      if (!subject) return [];
      return [{ person: message.to, subject, accountId: null, showsNumber: message.isToUserId !== true }];
    });
    found.set(phoneNumberId, await userIds.resolve(phoneNumberId, encounters, clock.now()));
  }
  return found;
}

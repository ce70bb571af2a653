import { dataClasses, type DataClass } from '../data-classes.ts';
import type { RetentionRuleName } from './retention-table.ts';

export type SystemName = 'cloud_api' | 'transport' | 'business_manager';

/** What a record of processing says of one class of data in one system (GDPR article 30). */
export interface DataDescription {
  readonly what: string;
  /** The categories of people that the data is about; none when it is about nobody. */
  readonly people: readonly string[];
  readonly purpose: string;
  /** In which role the data is processed: on the business's behalf, or for a purpose of the operator's own. */
  readonly legalRole: 'processor' | 'controller';
  /** Who may read it in the clear, by the access table. */
  readonly readers: readonly (SystemName | 'operator' | 'business')[];
  readonly retention: RetentionRuleName;
  readonly measures: readonly string[];
}

/** A class of data with the tables that hold it. */
export interface InventoryEntry extends DataDescription {
  readonly dataClass: string;
  readonly tables: readonly string[];
}

export const people = {
  customers: 'people who write with the business',
  staff: 'people who work for the business',
} as const;

const sealed = ['sealed record by record with keys outside the database', 'keys destroyed when the time is over'];
const separate = 'a database, a database role and a process of its own';

/** Every class of data of the Cloud API. The compiler insists that none is left out. */
const descriptions: Readonly<Record<DataClass, DataDescription>> = {
  'sealed-content': {
    what: 'Content of messages and the phone number of the other person',
    people: [people.customers],
    purpose: 'to send and receive the business’s messages',
    legalRole: 'processor',
    readers: ['cloud_api', 'business'],
    retention: 'messages',
    measures: [...sealed, separate],
  },
  'sealed-keys': {
    what: 'Private keys and encryption sessions of the business’s numbers, keys that seal what is kept of a person, and which user id stands for whom, sealed',
    people: [people.customers],
    purpose: 'to encrypt and decrypt the business’s messages end to end',
    legalRole: 'processor',
    readers: ['cloud_api'],
    retention: 'conversations',
    measures: [...sealed, 'no way out through any interface', separate],
  },
  pseudonymous: {
    what: 'Random ids that stand for a person, and keyed hashes that find them again or count them once',
    people: [people.customers],
    purpose:
      'to keep what there is of a person under a key of their own, so that it can be erased; to bound what one person adds to the statistics',
    legalRole: 'processor',
    readers: ['cloud_api'],
    retention: 'conversations',
    measures: ['hashes keyed with keys outside the database', 'hashes useless when their key is destroyed', separate],
  },
  'content-ciphertext': {
    what: 'Messages encrypted for the other person’s devices, waiting for the transport',
    people: [people.customers],
    purpose: 'to send the business’s messages',
    legalRole: 'processor',
    readers: [],
    retention: 'messages',
    measures: ['end-to-end encryption', 'deleted as soon as the transport has them', separate],
  },
  account: {
    what: 'Random ids that the transport gave to people’s accounts and devices',
    people: [people.customers],
    purpose: 'to send messages to the right devices',
    legalRole: 'processor',
    readers: ['cloud_api', 'transport'],
    retention: 'conversations',
    measures: ['no phone number beside them in the clear', separate],
  },
  'business-information': {
    what: 'The business’s accounts, phone numbers, names, apps, callbacks, message templates, what its numbers show (profiles with pictures, QR codes, usernames), whom it names for customers to turn to, and the ids of its users',
    people: [people.staff],
    purpose: 'to know whose request, number and webhook it is',
    legalRole: 'processor',
    readers: ['cloud_api', 'transport', 'business_manager', 'operator', 'business'],
    retention: 'settings',
    measures: ['changed only with a token that may', separate],
  },
  'credential-hash': {
    what: 'Salted hashes of two-step PINs',
    people: [people.staff],
    purpose: 'to keep others from taking a number over',
    legalRole: 'processor',
    readers: ['cloud_api'],
    retention: 'numberKeys',
    measures: ['only a slow, salted hash is kept', 'few attempts, then a pause', separate],
  },
  compliance: {
    what: 'Declared sub-processors, and which terms a business accepted and when',
    people: [people.staff],
    purpose: 'to show what was declared and agreed (GDPR articles 5(2) and 28)',
    legalRole: 'controller',
    readers: ['cloud_api', 'operator', 'business'],
    retention: 'evidence',
    measures: ['can be added to, not changed', separate],
  },
  statistics: {
    what: 'Counts of messages and people per day, region and type, with noise, in which nobody can be found',
    people: [],
    purpose: 'to run and to size the installation',
    legalRole: 'controller',
    readers: ['cloud_api', 'operator'],
    retention: 'statistics',
    measures: ['differential privacy with a budget per person and day', 'released once, never changed', separate],
  },
  'business-counts': {
    what: 'How many messages of the business were sent, delivered and read, by half hour, number, country, category and template',
    people: [],
    purpose: 'to show the business what became of its messages',
    legalRole: 'processor',
    readers: ['cloud_api', 'business'],
    retention: 'counts',
    measures: ['sums alone, of which none names a person', 'whole days from the 30th day on', separate],
  },
  operational: {
    what: 'Random ids, counters, states and times that the work needs',
    people: [people.customers],
    purpose: 'to carry each message through once, in order, and to retry what failed',
    legalRole: 'processor',
    readers: ['cloud_api'],
    retention: 'work',
    measures: ['no content and no phone number in them', separate],
  },
};

/** The classes that the schema's columns are tagged with, each with its tables. */
export const cloudApiInventory: readonly InventoryEntry[] = Object.entries(descriptions).map(
  ([dataClass, description]) => ({ dataClass, tables: tablesOf(dataClass), ...description }),
);

function tablesOf(dataClass: string): string[] {
  return Object.entries(dataClasses).flatMap(([table, columns]) =>
    Object.values<string>(columns).includes(dataClass) ? [table] : [],
  );
}

import { limits, type ContactsSchema, type MessageInitShape } from '@postern/protocol';
import { gaps } from '../../contract/gaps.ts';
import { parameterError, valueError } from '../graph-errors.ts';
import type { Parameters } from '../parameters.ts';
import { freeForm, type OutgoingMessage } from './message-type.ts';

type Contact = NonNullable<MessageInitShape<typeof ContactsSchema>['contacts']>[number];

const nameParts = ['first_name', 'last_name', 'middle_name', 'suffix', 'prefix'] as const;
const entries = { min: 0, max: limits.maxFieldEntries };
const birthdayPattern = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

export function parseContacts(parameters: Parameters): OutgoingMessage {
  const contacts = parameters.getList('contacts', { min: 1, max: gaps.maxContacts }).map(parseContact);
  return freeForm({ case: 'contacts', value: { contacts } });
}

function parseContact(contact: Parameters): Contact {
  const list = (name: string) => contact.findList(name, entries) ?? [];
  return {
    name: parseName(contact.getObject('name')),
    birthday: findBirthday(contact),
    org: parseOrganisation(contact),
    addresses: list('addresses').map(parseAddress),
    emails: list('emails').map((email) => ({ email: text(email, 'email'), type: text(email, 'type') })),
    urls: list('urls').map((url) => ({ url: text(url, 'url'), type: text(url, 'type') })),
    phones: list('phones').map((phone) => ({
      phone: text(phone, 'phone'),
      waId: text(phone, 'wa_id'),
      type: text(phone, 'type'),
    })),
  };
}

/** `formatted_name` and at least one other part of the name. */
function parseName(name: Parameters): NonNullable<Contact['name']> {
  const formattedName = name.getText('formatted_name', limits.maxFieldCharacters);
  if (!nameParts.some((part) => text(name, part) !== ''))
    throw parameterError(`One of the parameters ${nameParts.map((part) => name.label(part)).join(', ')} is required.`);
  return {
    formattedName,
    firstName: text(name, 'first_name'),
    lastName: text(name, 'last_name'),
    middleName: text(name, 'middle_name'),
    suffix: text(name, 'suffix'),
    prefix: text(name, 'prefix'),
  };
}

function findBirthday(contact: Parameters): string {
  const birthday = text(contact, 'birthday');
  if (birthday === '' || birthdayPattern.test(birthday)) return birthday;
  throw valueError(`Param ${contact.label('birthday')} must be a date as YYYY-MM-DD.`);
}

function parseOrganisation(contact: Parameters): NonNullable<Contact['org']> | undefined {
  const org = contact.findObject('org');
  if (!org) return undefined;
  return { company: text(org, 'company'), department: text(org, 'department'), title: text(org, 'title') };
}

function parseAddress(address: Parameters): NonNullable<Contact['addresses']>[number] {
  return {
    street: text(address, 'street'),
    city: text(address, 'city'),
    state: text(address, 'state'),
    zip: text(address, 'zip'),
    country: text(address, 'country'),
    countryCode: text(address, 'country_code'),
    type: text(address, 'type'),
  };
}

function text(object: Parameters, name: string): string {
  return object.findText(name, limits.maxFieldCharacters) ?? '';
}

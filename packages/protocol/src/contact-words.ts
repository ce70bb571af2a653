import type { MessageInitShape } from './frames.ts';
import type { Contact, ContactSchema } from './generated/postern/content/v1/content_pb.js';

/** One contact as the contract's JSON has it (section 2.3). */
export interface ContactWords {
  readonly name?: NameWords;
  readonly birthday?: string;
  readonly org?: { readonly company?: string; readonly department?: string; readonly title?: string };
  readonly addresses?: readonly AddressWords[];
  readonly emails?: readonly { readonly email?: string; readonly type?: string }[];
  readonly urls?: readonly { readonly url?: string; readonly type?: string }[];
  readonly phones?: readonly { readonly phone?: string; readonly wa_id?: string; readonly type?: string }[];
  readonly vcard?: string;
}

interface NameWords {
  readonly formatted_name?: string;
  readonly first_name?: string;
  readonly last_name?: string;
  readonly middle_name?: string;
  readonly suffix?: string;
  readonly prefix?: string;
}

interface AddressWords {
  readonly street?: string;
  readonly city?: string;
  readonly state?: string;
  readonly zip?: string;
  readonly country?: string;
  readonly country_code?: string;
  readonly type?: string;
}

/** A contact in the contract's words; what is empty is left out. */
export function contactWords(contact: Contact): ContactWords {
  const { name, birthday, org, addresses, emails, urls, phones, vcard } = contact;
  return {
    ...(name && { name: nameWords(name) }),
    ...filled({ birthday }),
    ...(org && { org: filled({ company: org.company, department: org.department, title: org.title }) }),
    ...list('addresses', addresses, ({ street, city, state, zip, country, countryCode, type }) =>
      filled({ street, city, state, zip, country, country_code: countryCode, type }),
    ),
    ...list('emails', emails, ({ email, type }) => filled({ email, type })),
    ...list('urls', urls, ({ url, type }) => filled({ url, type })),
    ...list('phones', phones, ({ phone, waId, type }) => filled({ phone, wa_id: waId, type })),
    ...filled({ vcard }),
  };
}

function nameWords(name: NonNullable<Contact['name']>): NameWords {
  const { formattedName, firstName, lastName, middleName, suffix, prefix } = name;
  return {
    formatted_name: formattedName,
    ...filled({ first_name: firstName, last_name: lastName, middle_name: middleName, suffix, prefix }),
  };
}

function filled<Words extends Record<string, string>>(words: Words): Partial<Words> {
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== '')) as Partial<Words>;
}

function list<Item, Words extends object>(
  name: string,
  items: readonly Item[],
  words: (item: Item) => Words,
): Record<string, Words[]> {
  return items.length > 0 ? { [name]: items.map(words) } : {};
}

/** Reads {@link contactWords} back. */
export function contactFromWords(words: ContactWords): MessageInitShape<typeof ContactSchema> {
  const { name, birthday = '', org, addresses = [], emails = [], urls = [], phones = [], vcard = '' } = words;
  return {
    ...(name && { name: nameFromWords(name) }),
    birthday,
    ...(org && { org: { ...org } }),
    addresses: addresses.map(({ country_code: countryCode = '', ...address }) => ({ ...address, countryCode })),
    emails: emails.map((email) => ({ ...email })),
    urls: urls.map((url) => ({ ...url })),
    phones: phones.map(({ wa_id: waId = '', ...phone }) => ({ ...phone, waId })),
    vcard,
  };
}

function nameFromWords(name: NameWords): object {
  const { formatted_name: formattedName = '', first_name: firstName = '', last_name: lastName = '' } = name;
  const { middle_name: middleName = '', suffix = '', prefix = '' } = name;
  return { formattedName, firstName, lastName, middleName, suffix, prefix };
}

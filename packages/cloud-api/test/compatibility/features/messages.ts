import { suites } from '../../conformance/suites.ts';
import { differs, missing, proofsIn, supported, type Row, type Section } from '../row.ts';

const envelope = proofsIn('conformance/messages.test.ts')('what stands around a message');
const arrival = proofsIn('conformance/arrival.test.ts');
const messages = proofsIn('http-messages.test.ts');
const sending = proofsIn('conformance/templates/sending.test.ts');
const userIds = proofsIn('http-user-ids.test.ts');
const conversation = proofsIn('media-conversation.test.ts');

/** How a kind of message differs, where it does. */
const differences: Readonly<Record<string, string>> = {
  'call button': 'It is shown; there are no calls behind it.',
  'call permission': 'It is shown and can be answered; there are no calls behind it.',
  'order details': 'It is shown; nobody pays.',
  catalogue: 'It is shown as it is sent; there is no catalogue behind it.',
  product: 'It is shown as it is sent; there is no catalogue behind it.',
  'product list': 'It is shown as it is sent; there is no catalogue behind it.',
};

function rowOfSuite(name: string): Row {
  const proofs = [
    ...proofsIn('conformance/messages.test.ts')(name),
    ...arrival('every kind of message is shown on the phone of the person as it was sent'),
  ];
  const how = differences[name];
  return how === undefined ? supported(name, proofs) : differs(name, how, proofs);
}

/** Contract section 2. */
export const sentMessages: Section = {
  title: 'What can be sent',
  rows: [
    ...Object.keys(suites).map(rowOfSuite),
    supported(
      'the answer to a message',
      messages('a text is answered exactly as the contract says, and is stored to be sent'),
    ),
    supported(
      'recipients in every form that people write',
      messages('the recipient may be written in every form that people use'),
    ),
    supported('media by id and by link', [
      ...conversation('what a business uploads arrives as it was, once in the blob store for all who get it'),
      ...conversation('what a message links to is fetched once in ten minutes, with the name that the link has'),
    ]),
    supported('every kind of template, with exactly its parameters', [
      ...arrival('every template without media is shown filled in'),
      ...sending('a template is found by exactly its name and language'),
      ...sending('a template that is not approved says in which state it is'),
    ]),
    supported(
      '`hello_world` in every account',
      sending('every account has hello_world, and sends it without a parameter'),
    ),
    supported(
      'marketing messages',
      sending('marketing messages are templates of the category marketing, and priced as such'),
    ),
    supported('to user ids', [
      ...userIds('a message goes to a user id, and its answer tells no number'),
      ...userIds('one-time codes go to phone numbers alone'),
    ]),
    missing('groups, pins', '`recipient_type` `group` and the type `pin` are refused.', envelope),
    missing('Direct Send', 'Its parameters are refused.', envelope),
  ],
};

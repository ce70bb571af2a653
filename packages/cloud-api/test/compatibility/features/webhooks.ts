import { differs, proofsIn, supported, type Section } from '../row.ts';

const delivery = proofsIn('webhooks-delivery.test.ts');
const bodies = proofsIn('webhooks-bodies.test.ts');
const statuses = proofsIn('webhooks-statuses.test.ts');
const subscriptions = proofsIn('webhooks-subscriptions.test.ts');
const overrides = proofsIn('webhooks-overrides.test.ts');
const userIds = proofsIn('user-ids-conversation.test.ts');
const templates = proofsIn('templates.test.ts');

/** Contract section 4. */
export const webhooks: Section = {
  title: 'Webhooks',
  rows: [
    supported('the handshake', [
      ...subscriptions('a callback that answers with the challenge is kept, its verify token is not'),
      ...subscriptions('a callback that does not answer as it must is refused, and nothing is kept'),
    ]),
    supported('`X-Hub-Signature-256` over the escaped bytes', [
      ...delivery('an inbound text arrives in the shape of the contract, signed over its escaped bytes'),
    ]),
    supported('one update a request while few wait, batches in a backlog, in order', [
      ...delivery('while few events wait each is sent alone, a backlog goes in batches, all in order'),
    ]),
    supported('retries for seven days', [
      ...delivery('an endpoint that fails and comes up again has lost nothing, and gets it in order'),
      ...delivery('events that were retried for seven days are dropped and counted, newer ones are not'),
    ]),
    supported('URLs of a number and of an account', [
      ...overrides('the most specific URL wins for each event, and only for the app that set it'),
    ]),
    supported('fields with the version of the call that named them', [
      ...subscriptions(
        'fields are added, each with the version of the call that named it last, and removed one by one',
      ),
    ]),
    supported('inbound messages of every type', [
      ...bodies('what people say, tap, choose, fill in and order is told in the words of the contract'),
      ...bodies('media are told with the id under which they can be fetched, and with nothing that opens them'),
      ...bodies('forwarded messages, product enquiries and what there are no words for say so'),
    ]),
    supported('statuses `sent`, `delivered`, `read`, `played`, `failed`, with callback data and errors', [
      ...delivery(
        'statuses carry callback data and errors, and in a backlog those that follow one another share a change',
      ),
    ]),
    supported('`pricing`, and `conversation` up to v23', [
      ...statuses(
        'pricing comes with sent and the one status that says the person has it, conversations up to v23 only',
      ),
    ]),
    supported('account and number updates, in the shape of the version', [
      ...statuses('values of accounts and numbers have their time, and the shape of the version'),
    ]),
    supported('`user_preferences`', [
      ...statuses(
        'a preference names its person only in the sealed record, and is told among the events of the account',
      ),
    ]),
    differs(
      'user ids of people, everywhere that the contract has them',
      'After 30 days without contact, and after an erasure, a person has a new one; there are no parent ids.',
      [
        ...userIds('webhooks name a person by one user id in messages and in statuses'),
        ...userIds(
          'another account of the same phone number is another user; the business is told once, before what they say',
        ),
      ],
    ),
    differs(
      'usernames of people, which hide their numbers from businesses that do not have them',
      'There are no contact books; a number may have the same name as a person.',
      [
        ...userIds(
          'who has taken a username is told by it and by the user id, and by no number; until the business uses the number',
        ),
        ...userIds('a name that is taken later hides no number that the business has'),
      ],
    ),
    supported('`phone_number_name_update`', [
      ...proofsIn('display-names.test.ts')(
        'a name waits for the review, and is the name of the number when the Business Manager has taken it',
      ),
    ]),
    supported('`business_username_update`', [
      ...proofsIn('number-setup.test.ts')(
        'a number takes a username from another one of its business by force only, and each change is told',
      ),
    ]),
    supported('`message_template_status_update`', [
      ...templates('a template is pending until its time has come, then approved, and webhooks say both'),
    ]),
    supported('`template_category_update`', templates('another category is announced, then set')),
    supported('`message_template_quality_update`', [
      ...templates('bad quality pauses a template for 3 hours, then for 6, and then disables it'),
    ]),
  ],
};

import { proofsIn, supported, type Section } from '../row.ts';

const clients = (file: string) => proofsIn(`apps/postern/test/clients/${file}.ts`);
const traps = clients('traps');
const registrations = clients('odd-registrations');

/** Contract section 10, and what well-known clients send. */
export const unmodifiedClients: Section = {
  title: 'Clients as they come from npm, and what they are known to send',
  rows: [
    supported('`@kapso/whatsapp-cloud-api` 0.3.0', [
      ...clients('kapso')('@kapso/whatsapp-cloud-api'),
      ...clients('kapso-numbers')('takes a number away and brings it back'),
      ...clients('kapso-flows')('replaces the file of a draft, looks at its preview, publishes and deprecates it'),
    ]),
    supported('`whatsapp-api-js` 6.3.0', [
      ...clients('whatsapp-api-js')('hears what a person says, answers it, and says that it was read'),
      ...clients('whatsapp-api-js')(
        'makes a QR code that a person scans, changes what it says, lists it and deletes it',
      ),
    ]),
    supported('`@great-detail/whatsapp` 9.2.0 and 8.4.0', [
      ...clients('great-detail')('looks at the account and its numbers, with the fields it asks for'),
      ...clients('great-detail')('makes a template, looks it up, lists, changes and deletes it'),
      ...clients('great-detail-typed')('reads an account, its numbers and its apps'),
    ]),
    supported("Meta's `whatsapp` 0.0.5-Alpha, by HTTPS", [
      ...clients('meta-sdk')('sends texts, places, cards, buttons, lists and templates'),
      ...clients('meta-sdk')('changes the PIN of two-step verification, by a path that ends in a slash'),
    ]),
    supported('`@whatsapp-cloudapi/client` 4.2.0', clients('cloud-api-client')('@whatsapp-cloudapi/client')),
    supported('`@chat-adapter/whatsapp` 4.41.1', [
      ...clients('chat-adapter')('@chat-adapter/whatsapp'),
      ...clients('chat-adapter-media')('fetches media from where it asked for them'),
    ]),
    supported('user ids (BSUID) as clients read and write them', [
      ...clients('user-ids')(
        '@kapso/whatsapp-cloud-api takes one for what it is, and hears it in messages and statuses',
        'whatsapp-api-js sends to one, blocks and unblocks it',
      ),
    ]),
    supported('what applications ask when they are set up: `oauth/access_token`, `debug_token`, `me`', [
      ...clients('application-traps')(
        'an app gets its own token by its id and secret, and with that sets its webhooks',
        'a token that never expires says so, to itself and to the token of its app',
        'an application finds its accounts and numbers from its token alone',
      ),
    ]),
    supported('HTTPS with a certificate of a local authority', [
      ...proofsIn('apps/postern/test/certificates.test.ts')(
        'whoever trusts the local authority trusts this machine, by each of its names',
        'a local authority whose key was stolen cannot certify anybody else',
      ),
      ...clients('https')('uploads a file, and fetches it from a URL that is HTTPS too'),
    ]),
    supported('no `recipient_type`, no `type`; numbers with a plus, with spaces, as JSON numbers; explicit nulls', [
      ...traps('a message without recipient_type and without type is a text to a person'),
      ...traps(
        'a number may have a plus, spaces and dashes, and may be a JSON number; it is told back as it was written',
      ),
      ...traps('what is null is as if it were not there'),
    ]),
    supported('uploads with the product in the query, without a type, in any order, with files of any name', [
      ...traps('a file may be uploaded with the product in the query and without saying its type again'),
      ...traps('the parts of an upload may come in any order'),
      ...traps('a file may have any name: none of a file at all, that of a blob, letters of other scripts, a path'),
    ]),
    supported('empty bodies and forms, also where JSON is announced', [
      ...traps('a request without content may say of what type its content is'),
      ...registrations('a number is deregistered by ${what}', 'an account is subscribed by ${what}'),
      ...registrations("an app's webhooks are set by a form, with the token of the app"),
    ]),
    supported('`error_subcode` is a number or not there', [
      ...traps('an error has numbers for codes or none at all, for clients that read a subcode as a number'),
    ]),
    supported('lists followed by `paging.next` with the token in the query alone', [
      ...traps('templates are read page by page with the token in the query alone, as paging.next says'),
    ]),
  ],
};

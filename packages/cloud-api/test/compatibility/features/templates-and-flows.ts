import { differs, proofsIn, supported, type Section } from '../row.ts';

const flows = proofsIn('flow-json.test.ts');
const links = proofsIn('flow-links.test.ts');
const exchange = proofsIn('apps/postern/test/flows.test.ts');
const asking = proofsIn('flow-exchange.test.ts');
const library = proofsIn('template-library.test.ts');
const templates = proofsIn('templates.test.ts');

/** Contract section 5. */
export const templatesAndFlows: Section = {
  title: 'Templates and flows',
  rows: [
    supported('reviews of templates: at once, after a delay, by hand', [
      ...templates('a template is pending until its time has come, then approved, and webhooks say both'),
      ...templates('a reviewer sees what waits, and decides on it'),
    ]),
    differs('the template library', 'It holds a few templates of our own, in English, German and Spanish.', [
      ...library(
        'every template of the library is one that a business could have made itself, and has an example of each value',
      ),
    ]),
    supported('checks of flow JSON, by line and column', [
      ...flows('each mistake is told by its kind and its place'),
      ...flows('a file without a mistake has none, whatever of the rules it makes use of'),
    ]),
    differs(
      'flows on the phone of a person, and the encrypted data exchange with their endpoint',
      'There is no `ping`.',
      [
        ...exchange('a person goes through a flow that leads on by itself, and what they entered comes as the reply'),
        ...exchange('the endpoint of the business says what is shown, and only it can read what was entered'),
        ...exchange(
          'an endpoint that says that its key is another one is asked once more, with the key as it is by then',
        ),
        ...exchange('a flow whose token is dead is over, and the business may say why'),
        ...asking(
          'who got the message may ask about its flow, nobody else; what was asked is forgotten when it is answered or too late',
        ),
      ],
    ),
    differs('webhooks of flows', '`FLOW_STATUS_CHANGE` only: nobody measures endpoints.', [
      ...links('every change of status is told in webhooks, in the transaction that makes it'),
    ]),
    differs('the preview of a flow', 'Its screens are shown as a page that does nothing.', [
      ...links('the screens of a flow are seen at a URL that stays until it is replaced or 30 days are over'),
    ]),
  ],
};

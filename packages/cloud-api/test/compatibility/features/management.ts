import { differs, missing, proofsIn, supported, type Section } from '../row.ts';

const numbers = proofsIn('number-setup.test.ts');
const names = proofsIn('display-names.test.ts');
const pictures = proofsIn('number-documents.test.ts');
const codes = proofsIn('qr-codes.test.ts');
const flows = proofsIn('flow-json.test.ts');
const links = proofsIn('flow-links.test.ts');
const library = proofsIn('template-library.test.ts');
const templates = proofsIn('templates.test.ts');

/** Contract section 5. */
export const management: Section = {
  title: 'Numbers, templates and flows',
  rows: [
    supported('registrations: at most ten in 72 hours, regions up to v20.0', [
      ...numbers('a number is registered and deregistered ten times in 72 hours at most; it may always leave'),
      ...numbers('a region may be named up to v20.0, and must be the one of the installation'),
    ]),
    supported('display names with a review of the operator', [
      ...names('a name is 2 to 75 characters of text, of a number that is registered'),
      ...names('a name that is declined says so, with the reviewer’s words, and another one may be asked for'),
    ]),
    supported('usernames of numbers', numbers('of many who want one username at once one gets it')),
    supported('the picture of a profile', [
      ...pictures(
        'a picture that was uploaded is seen by everybody who has its URL, until another one takes its place',
      ),
    ]),
    supported('QR codes with an image', [
      ...codes('whoever has a code sees its image and learns whom to write what, until it is removed'),
    ]),
    supported('reviews of templates: at once, after a delay, by hand', [
      ...templates('a template is pending until its time has come, then approved, and webhooks say both'),
      ...templates('a reviewer sees what waits, and decides on it'),
    ]),
    differs('the template library', 'It holds a few templates of our own, in thirteen languages.', [
      ...library(
        'every template of the library is one that a business could have made itself, and has an example of each value',
      ),
    ]),
    supported('checks of flow JSON, by line and column', [
      ...flows('each mistake is told by its kind and its place'),
      ...flows('a file without a mistake has none, whatever of the rules it makes use of'),
    ]),
    differs('the preview of a flow', 'Its screens are shown as a page that does nothing.', [
      ...links('the screens of a flow are seen at a URL that stays until it is replaced or 30 days are over'),
    ]),
    missing('`call_analytics`', 'There are no calls: the field is unknown.'),
    missing('`payload_encryption` and `calling` in the settings of a number', 'Setting them is refused.'),
    missing('usernames and hidden numbers of people', ''),
  ],
};

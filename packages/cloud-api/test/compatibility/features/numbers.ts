import { differs, proofsIn, supported, type Section } from '../row.ts';

const documents = proofsIn('number-documents.test.ts');
const codes = proofsIn('qr-codes.test.ts');
const names = proofsIn('display-names.test.ts');
const setup = proofsIn('number-setup.test.ts');
const leaving = proofsIn('off-boarding.test.ts');
const people = proofsIn('apps/postern/test/people.test.ts');

/** Contract sections 5.2 and 5.4. */
export const phoneNumbers: Section = {
  title: 'Phone numbers',
  rows: [
    supported(
      'the picture of a profile, by a handle of a resumable upload',
      documents(
        'a picture that was uploaded is seen by everybody who has its URL, until another one takes its place',
        'a document is no picture, and a handle is good for the app alone that uploaded',
      ),
    ),
    differs('QR codes', 'Their links lead to the host that was asked, not to wa.me.', [
      ...codes('whoever has a code sees its image and learns whom to write what, until it is removed'),
      ...people('scans a code of the business, and says what it holds ready'),
    ]),
    supported(
      'a limit of 2,000 QR codes',
      codes('a number has so many codes and not one more, also when they are asked for at once'),
    ),
    supported(
      'display names with their review, and its webhook',
      names(
        'a name waits for the review, and is the name of the number when the Business Manager has taken it',
        'a name that is declined says so, with the reviewer’s words, and another one may be asked for',
        'a name may be approved after a while, or at once',
      ),
    ),
    differs('usernames of numbers, and their webhook', 'Phones cannot look a number up by its username.', [
      ...setup(
        'a number takes a username from another one of its business by force only, and each change is told',
        'of many who want one username at once one gets it',
      ),
    ]),
    supported(
      'registering and deregistering ten times in 72 hours (133016)',
      setup('a number is registered and deregistered ten times in 72 hours at most; it may always leave'),
    ),
    differs(
      '`data_localization_region` of a registration, up to v20.0',
      'It must be the region of the installation.',
      setup('a region may be named up to v20.0, and must be the one of the installation'),
    ),
    supported(
      'a key for flows that the number vouches for, `MISMATCH` after it is registered anew',
      leaving(
        'a key for flows is vouched for by the device that took it, not by the next one, and leaves with the number',
      ),
    ),
    supported(
      'all that a number shows leaves with it',
      leaving(
        'what a number shows leaves with it: no table says anything of the number any more but that it was there',
      ),
    ),
  ],
};

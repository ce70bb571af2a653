import { proofsIn, supported, type Section } from '../row.ts';

const rules = proofsIn('rules-sending.test.ts');
const expiry = proofsIn('rules-expiry.test.ts');
const rates = proofsIn('http-rates.test.ts');
const templates = proofsIn('templates.test.ts');

/** Contract section 6. */
export const conversationRules: Section = {
  title: 'Rules of the conversation',
  rows: [
    supported('the 24-hour window', [
      ...rules('somebody who never wrote gets no free-form message, and gets a template'),
      ...rules('the window closes 24 hours after the last thing a person said, to the second'),
    ]),
    supported('marketing that a person stopped', [
      ...rules('who stopped marketing gets no marketing and everything else, until they resume'),
    ]),
    supported(
      'people whom a business blocked',
      rules('whom a business blocked gets nothing from it, and it hears nothing of them'),
    ),
    supported('the identity that a message is for', [
      ...rules('a message for one identity does not go to another, and goes to the one that it is for'),
    ]),
    supported('rates of sending', [
      ...rates(
        'the 46th message to one person is refused with 131056 and not stored, and one more is taken six seconds later',
      ),
      ...rates('a number sends 80 messages a second, and 1,000 at the higher level, which its business may choose'),
    ]),
    supported('messaging limits', [
      ...proofsIn('rules-messaging-limit.test.ts')(
        'a portfolio begins to write to so many people in 24 hours with all its numbers, and to the same ones again',
      ),
    ]),
    supported('messages with a time to live', [
      ...expiry('a message that nobody fetched in its time fails, and is not shown to who comes later'),
    ]),
    supported('edits, pauses, locked names and numbers of templates', [
      ...templates('an approved template is edited once a day and ten times in 30 days, and reviewed again'),
      ...templates('bad quality pauses a template for 3 hours, then for 6, and then disables it'),
      ...templates('the name of an approved template that was deleted is locked for 30 days in its language'),
      ...templates('a hundred templates an hour, and 6,000 in all'),
    ]),
  ],
};

import type { LibraryName } from './kinds.ts';
import type { LibraryWords } from './library-template.ts';

export const englishWords: Readonly<Record<LibraryName, LibraryWords>> = {
  order_confirmation_1: {
    header: 'Order received',
    body: 'Hello {{1}}, thank you for your order. We have received order {{2}} and are getting it ready for you.',
    params: ['Jo', '#12345'],
    buttons: ['View order'],
  },
  shipment_confirmation_1: {
    header: 'On its way',
    body: 'Good news, {{1}}: order {{2}} has left us. It should be with you by {{3}} at the latest.',
    params: ['Jo', '#12345', '5 March 2027'],
    buttons: ['Track parcel'],
  },
  delivery_update_1: {
    header: null,
    body: 'The delivery of order {{1}} takes longer than planned. The new date is {{2}}. We are sorry for the wait.',
    params: ['#12345', '5 March 2027'],
    buttons: [],
  },
  delivery_failed_1: {
    header: 'We missed you',
    body: 'We could not deliver order {{1}} to {{2}} today. We will try again on {{3}} unless you choose another day.',
    params: ['#12345', '1 Garden Street, Springfield', '5 March 2027'],
    buttons: ['Choose another day'],
  },
  payment_due_reminder_1: {
    header: 'Payment reminder',
    body: 'Hello {{1}}, a payment of {{2}} is due on {{3}}. If you have paid already, there is nothing left to do.',
    params: ['Jo', '$25.00', '5 March 2027'],
    buttons: ['Pay now', 'Call us'],
  },
  payment_confirmation_1: {
    header: null,
    body: 'We have received your payment of {{1}} for {{2}}. Thank you very much.',
    params: ['$25.00', 'invoice 2027-118'],
    buttons: [],
  },
  low_balance_warning_1: {
    header: 'Low balance',
    body: 'The account ending in {{1}} has a balance of {{2}}. That is less than the {{3}} at which you wanted to be told.',
    params: ['1234', '$12.50', '$50.00'],
    buttons: ['Call us'],
  },
  fraud_alert_1: {
    header: 'Was this you?',
    body: 'We saw a payment of {{1}} to {{2}} on {{3}}. Please tell us whether you made it yourself.',
    params: ['$250.00', 'Garden Supplies', '5 March 2027'],
    buttons: ['Yes, it was me', 'No, it was not'],
  },
  account_creation_confirmation_1: {
    header: 'Welcome',
    body: 'Hello {{1}}, your account is ready. You can sign in with {{2}} from now on.',
    params: ['Jo', 'jo@example.com'],
    buttons: ['Sign in'],
  },
  feedback_survey_1: {
    header: null,
    body: 'Hello {{1}}, thank you for choosing us. How satisfied are you with {{2}} so far?',
    params: ['Jo', 'your order'],
    buttons: ['Very satisfied', 'It is all right', 'Not satisfied'],
  },
};

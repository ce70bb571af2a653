import { gone, times } from '../suite.ts';
import type { DefinitionSuite } from './definition-suite.ts';

export const buttons: DefinitionSuite = {
  valid: {
    language: 'en_US',
    category: 'UTILITY',
    components: [
      { type: 'BODY', text: 'Choose.' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'FLOW', text: 'Book', flow_name: 'booking', flow_action: 'navigate', navigate_screen: 'FIRST' },
        ],
      },
    ],
  },
  accepts: {
    'a catalogue': { 'components.1.buttons': [{ type: 'CATALOG', text: 'View catalog' }] },
    'several products': { 'components.1.buttons': [{ type: 'MPM', text: 'View items' }] },
    'one product': { 'components.1.buttons': [{ type: 'SPM', text: 'View' }] },
    'a call': { 'components.1.buttons': [{ type: 'VOICE_CALL', text: 'Call now', ttl_minutes: 60 }] },
    'an order': { sub_category: 'ORDER_DETAILS', 'components.1.buttons': [{ type: 'ORDER_DETAILS', text: 'Pay' }] },
    'somebody’s contact': { 'components.1.buttons': [{ type: 'REQUEST_CONTACT_INFO' }] },
    'a permission to call': { 'components.1': { type: 'call_permission_request' } },
  },
  refuses: {
    'a flow without a name': [
      { 'components.1.buttons.0.flow_name': gone },
      null,
      "components[1]['buttons'][0]['flow_id']",
    ],
    'a flow by id and by name': [
      { 'components.1.buttons.0.flow_id': '123' },
      null,
      "components[1]['buttons'][0]['flow_name']",
    ],
    'a flow that is not there': [{ 'components.1.buttons.0.flow_name': 'x' }, null, 'flow_name'],
    'a flow of its own': [
      { 'components.1.buttons.0.flow_json': '{}' },
      null,
      "components[1]['buttons'][0]['flow_json']",
    ],
    'a call of no time': [
      { 'components.1.buttons': [{ type: 'VOICE_CALL', text: 'Call', ttl_minutes: 0 }] },
      null,
      "components[1]['buttons'][0]['ttl_minutes']",
    ],
  },
};

const apps = [{ package_name: 'com.example.shop', signature_hash: 'K8a/AINcGX7' }];

export const authentication: DefinitionSuite = {
  valid: {
    language: 'en_US',
    category: 'AUTHENTICATION',
    components: [
      { type: 'BODY', add_security_recommendation: true },
      { type: 'FOOTER', code_expiration_minutes: 10 },
      {
        type: 'BUTTONS',
        buttons: [{ type: 'OTP', otp_type: 'ONE_TAP', text: 'Copy', autofill_text: 'Fill', supported_apps: apps }],
      },
    ],
  },
  shows: [
    {
      type: 'BODY',
      text: '*{{1}}* is your verification code. For your security, do not share this code.',
      add_security_recommendation: true,
      example: { body_text: [['123456']] },
    },
    { type: 'FOOTER', text: 'This code expires in 10 minutes.', code_expiration_minutes: 10 },
    {
      type: 'BUTTONS',
      buttons: [
        {
          type: 'URL',
          text: 'Copy',
          url:
            'https://www.whatsapp.com/otp/code/?otp_type=ONE_TAP&cta_display_name=Fill&package_name=com.example.shop' +
            '&signature_hash=K8a%2FAINcGX7&code_expiration_minutes=10&code=otp{{1}}',
          example: [
            'https://www.whatsapp.com/otp/code/?otp_type=ONE_TAP&cta_display_name=Fill&package_name=com.example.shop' +
              '&signature_hash=K8a%2FAINcGX7&code_expiration_minutes=10&code=otp123456',
          ],
        },
      ],
    },
  ],
  accepts: {
    'a code to copy': { 'components.2.buttons': [{ type: 'OTP', otp_type: 'copy_code' }] },
    'a code that nobody taps': {
      'components.2.buttons.0.otp_type': 'ZERO_TAP',
      'components.2.buttons.0.zero_tap_terms_accepted': true,
    },
    'one app beside the button': {
      'components.2.buttons': [{ type: 'OTP', otp_type: 'ONE_TAP', ...apps[0] }],
    },
    'a time to live of 15 minutes': { message_send_ttl_seconds: 900 },
  },
  refuses: {
    'words of one’s own': [{ 'components.0.text': 'Your code: {{1}}.' }, null, "components[0]['text']"],
    'a header': [{ 'components.0': { type: 'HEADER', format: 'TEXT', text: 'Code' } }, null, "components[0]['type']"],
    'no button': [{ 'components.2': { type: 'FOOTER', code_expiration_minutes: 5 } }, null, 'components'],
    'a button of another type': [
      { 'components.2.buttons.0.type': 'QUICK_REPLY' },
      null,
      "components[2]['buttons'][0]['type']",
    ],
    'no kind of code': [{ 'components.2.buttons.0.otp_type': gone }, null, "components[2]['buttons'][0]['otp_type']"],
    'no app': [{ 'components.2.buttons.0.supported_apps': gone }, null, "components[2]['buttons'][0]['package_name']"],
    'six apps': [
      { 'components.2.buttons.0.supported_apps': times(6, () => apps[0]) },
      null,
      "components[2]['buttons'][0]['supported_apps']",
    ],
    'terms that were not accepted': [
      { 'components.2.buttons.0.otp_type': 'ZERO_TAP' },
      null,
      "components[2]['buttons'][0]['zero_tap_terms_accepted']",
    ],
    'a code that lives for 91 minutes': [
      { 'components.1.code_expiration_minutes': 91 },
      null,
      "components[1]['code_expiration_minutes']",
    ],
    'a time to live of 16 minutes': [{ message_send_ttl_seconds: 960 }, null, 'message_send_ttl_seconds'],
  },
};

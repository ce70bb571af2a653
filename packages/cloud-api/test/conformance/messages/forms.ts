import {
  body,
  bodyOf1024,
  footerOf60,
  headerOf60,
  longBody,
  noBody,
  longFooter,
  badHeaders,
  noHeader,
  noAction,
  otherName,
  mediaHeaders,
  noMedia,
  interactiveSuite,
} from '../interactive-suite.ts';
import { characters, gone, type Suite } from '../suite.ts';

// Contract section 2.4: what is filled in, and calls.

const flowParameters = {
  flow_message_version: '3',
  flow_id: '$flow',
  flow_cta: 'Book',
  mode: 'published',
  flow_token: 'booking-1',
  flow_action: 'navigate',
  flow_action_payload: { screen: 'FIRST', data: { name: 'Ana', list: [1, null, { deep: true }] } },
};
/** An object within an object, so many. */
function nested(levels: number): object {
  return levels === 1 ? {} : { a: nested(levels - 1) };
}

export const flow: Suite = interactiveSuite(
  { type: 'flow', body, action: { name: 'flow', parameters: flowParameters } },
  {
    accepts: {
      ...bodyOf1024,
      ...footerOf60,
      ...headerOf60,
      ...mediaHeaders,
      'a gif above': { header: { type: 'gif', gif: { id: '$gif' } } },
      'a name instead of an id': { 'action.parameters.flow_id': gone, 'action.parameters.flow_name': 'booking' },
      'a version that is a number': [{ 'action.parameters.flow_message_version': 3 }, {}],
      'a button of 30 characters': { 'action.parameters.flow_cta': characters(30) },
      'a draft': { 'action.parameters.mode': 'draft', 'action.parameters.flow_id': '$draft' },
      'an exchange of data': {
        'action.parameters.flow_action': 'data_exchange',
        'action.parameters.flow_action_payload': gone,
      },
      'data of 32 levels': { 'action.parameters.flow_action_payload.data': nested(32) },
      'no more than needed': [
        { 'action.parameters': { flow_id: '$flow', flow_cta: 'Book' } },
        { 'action.parameters.flow_token': 'unused', 'action.parameters.flow_action_payload': gone },
      ],
    },
    refuses: {
      ...noBody,
      ...longBody,
      ...longFooter,
      ...badHeaders,
      ...noMedia,
      ...noAction,
      ...otherName,
      'no parameters': { 'action.parameters': gone },
      'another version': { 'action.parameters.flow_message_version': '4' },
      'neither id nor name': [{ 'action.parameters.flow_id': gone }, 100, "['flow_id'] and "],
      'both id and name': [{ 'action.parameters.flow_name': 'booking' }, 100, "['flow_id'] and "],
      'no button': { 'action.parameters.flow_cta': gone },
      'a button of 31 characters': { 'action.parameters.flow_cta': characters(31) },
      'a button with an emoji': [{ 'action.parameters.flow_cta': 'Book 🙂' }, 131009],
      'another mode': { 'action.parameters.mode': 'secret' },
      'another action of the flow': { 'action.parameters.flow_action': 'stay' },
      'data that is a list': { 'action.parameters.flow_action_payload.data': [1] },
      'data of 33 levels': { 'action.parameters.flow_action_payload.data': nested(33) },
      'data of 1,000 levels': { 'action.parameters.flow_action_payload.data': nested(1_000) },
    },
  },
);

const address = { name: 'Asha', in_pin_code: '400063', house_number: '12', city: 'Mumbai', state: 'Maharashtra' };

export const addressMessage: Suite = interactiveSuite(
  { type: 'address_message', body, action: { name: 'address_message', parameters: { country: 'IN' } } },
  {
    accepts: {
      ...bodyOf1024,
      ...headerOf60,
      'a country in small letters': [{ 'action.parameters.country': 'in' }, {}],
      'what is known already': { 'action.parameters.values': address },
      'saved addresses': { 'action.parameters.saved_addresses': [{ id: 'home', value: address }] },
      'what was wrong': { 'action.parameters.validation_errors': { in_pin_code: 'We could not find this one.' } },
      'fields that nobody knows': [
        { 'action.parameters.values': { city: 'Mumbai', planet: 'Earth' } },
        { 'action.parameters.values': { city: 'Mumbai' } },
      ],
    },
    refuses: {
      ...noBody,
      ...longBody,
      ...noAction,
      ...otherName,
      'no country': { 'action.parameters.country': gone },
      'another country': { 'action.parameters.country': 'DE' },
      'values that are a list': { 'action.parameters.values': [] },
      'a value that is an object': [
        { 'action.parameters.values': { city: {} } },
        100,
        "interactive['action']['parameters']['values']['city']",
      ],
      'a saved address without an id': [
        { 'action.parameters.saved_addresses': [{ value: address }] },
        100,
        "interactive['action']['parameters']['saved_addresses'][0]['id']",
      ],
    },
  },
);

export const voiceCall: Suite = interactiveSuite(
  {
    type: 'voice_call',
    body,
    action: { name: 'voice_call', parameters: { display_text: 'Call us', ttl_minutes: 60, payload: 'order-1' } },
  },
  {
    accepts: {
      ...bodyOf1024,
      ...headerOf60,
      'nothing told': [
        { 'action.parameters': gone },
        { 'action.parameters': { display_text: 'Call Now', ttl_minutes: 10_080 } },
      ],
      'a button of 20 characters': { 'action.parameters.display_text': characters(20) },
      'one minute': { 'action.parameters.ttl_minutes': 1 },
      '30 days': { 'action.parameters.ttl_minutes': 43_200 },
      'a payload of 512 characters': { 'action.parameters.payload': characters(512) },
    },
    refuses: {
      ...noBody,
      ...longBody,
      ...noAction,
      ...otherName,
      'a footer': { footer: { text: 'Small print' } },
      'an image above': [{ header: { type: 'image', image: { id: '$image' } } }, 100, "interactive['header']['type']"],
      'a button of 21 characters': { 'action.parameters.display_text': characters(21) },
      'no time': { 'action.parameters.ttl_minutes': 0 },
      'more than 30 days': { 'action.parameters.ttl_minutes': 43_201 },
      'half a minute': { 'action.parameters.ttl_minutes': 0.5 },
      'a payload of 513 characters': { 'action.parameters.payload': characters(513) },
    },
  },
);

export const callPermission: Suite = interactiveSuite(
  { type: 'call_permission_request', action: { name: 'call_permission_request' } },
  {
    accepts: { 'no body': {}, 'a body of 1,024 characters': { body: { text: characters(1_024) } } },
    refuses: {
      ...noHeader,
      ...noAction,
      ...otherName,
      'a body of 1,025 characters': [{ body: { text: characters(1_025) } }, 100, "interactive['body']['text']"],
    },
  },
);

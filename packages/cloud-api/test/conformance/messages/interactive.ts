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
import { characters, gone, times, type Suite } from '../suite.ts';

// Contract section 2.4: what is tapped or chosen.

const button = (index: number) => ({ type: 'reply', reply: { id: `b${index}`, title: `Button ${index}` } });
const row = (index: number) => ({ id: `r${index}`, title: `Row ${index}` });
const link = 'https://shop.example/orders/1';
/** A link of so many characters. */
const linkOf = (length: number) => `https://shop.example/${characters(length - 21)}`;

export const replyButtons: Suite = interactiveSuite(
  { type: 'button', body, action: { buttons: [button(0)] } },
  {
    accepts: {
      ...bodyOf1024,
      ...footerOf60,
      ...headerOf60,
      ...mediaHeaders,
      'three buttons': { 'action.buttons': times(3, button) },
      'an id of 256 characters': { 'action.buttons.0.reply.id': characters(256) },
      'a title of 20 characters': { 'action.buttons.0.reply.title': characters(20) },
      'a title of 20 emoji': { 'action.buttons.0.reply.title': characters(20, '🙂') },
      'a type in capitals': [{ type: 'BUTTON' }, {}],
      'an unknown member': [{ 'action.something': 1, something: 1 }, {}],
    },
    refuses: {
      ...noBody,
      ...longBody,
      ...longFooter,
      ...badHeaders,
      ...noMedia,
      ...noAction,
      'no type': { type: gone },
      'an unknown type': { type: 'wheel' },
      'no buttons': { 'action.buttons': gone },
      'an empty list of buttons': { 'action.buttons': [] },
      'four buttons': { 'action.buttons': times(4, button) },
      'a button of another type': { 'action.buttons.0.type': 'cta_url' },
      'a button without a reply': { 'action.buttons.0.reply': gone },
      'no id': { 'action.buttons.0.reply.id': gone },
      'an id of 257 characters': { 'action.buttons.0.reply.id': characters(257) },
      'no title': { 'action.buttons.0.reply.title': gone },
      'an empty title': { 'action.buttons.0.reply.title': '' },
      'a title of 21 characters': { 'action.buttons.0.reply.title': characters(21) },
      'two buttons with one id': [
        { 'action.buttons.1': { type: 'reply', reply: { id: 'b0', title: 'Another' } } },
        131009,
        "interactive['action']['buttons']",
      ],
      'two buttons with one title': [
        { 'action.buttons.1': { type: 'reply', reply: { id: 'b1', title: 'Button 0' } } },
        131009,
        "interactive['action']['buttons']",
      ],
      'a button that is a string': { 'action.buttons.0': 'Yes' },
      'an image that is not there': [
        { header: { type: 'image', image: { id: '1' } } },
        131009,
        "interactive['header']['image']['id']",
      ],
      'a header of a gif': [{ header: { type: 'gif', gif: { id: '$gif' } } }, 100, "interactive['header']['type']"],
    },
  },
);

export const noInteractive: Suite = {
  valid: { type: 'interactive', interactive: { type: 'button', body, action: { buttons: [button(0)] } } },
  accepts: {},
  refuses: {
    'no interactive': { interactive: gone },
    'a string': { interactive: 'button' },
    'a list': { interactive: [] },
  },
};

export const list: Suite = interactiveSuite(
  { type: 'list', body, action: { button: 'Choose', sections: [{ rows: [row(0)] }] } },
  {
    accepts: {
      ...footerOf60,
      ...headerOf60,
      'a body of 4,096 characters': { 'body.text': characters(4_096) },
      'a button of 20 characters': { 'action.button': characters(20) },
      'a row with everything at its longest': {
        'action.sections.0.title': characters(24),
        'action.sections.0.rows.0': { id: characters(200), title: characters(24), description: characters(72) },
      },
      'ten rows': { 'action.sections.0.rows': times(10, row) },
      'ten sections': { 'action.sections': times(10, (index) => ({ title: `S${index}`, rows: [row(index)] })) },
    },
    refuses: {
      ...noBody,
      ...longFooter,
      ...badHeaders,
      ...noAction,
      'a body of 4,097 characters': { 'body.text': characters(4_097) },
      'an image above': [{ header: { type: 'image', image: { id: '$image' } } }, 100, "interactive['header']['type']"],
      'no button': { 'action.button': gone },
      'a button of 21 characters': { 'action.button': characters(21) },
      'no sections': { 'action.sections': gone },
      'an empty list of sections': { 'action.sections': [] },
      '11 sections': { 'action.sections': times(11, (index) => ({ title: 'S', rows: [row(index)] })) },
      'two sections, one without a title': [
        { 'action.sections': [{ title: 'One', rows: [row(0)] }, { rows: [row(1)] }] },
        100,
        "interactive['action']['sections'][1]['title']",
      ],
      'a section title of 25 characters': { 'action.sections.0.title': characters(25) },
      'a section without rows': { 'action.sections.0.rows': gone },
      'a section with no rows': { 'action.sections.0.rows': [] },
      '11 rows in one section': { 'action.sections.0.rows': times(11, row) },
      '11 rows in two sections': {
        'action.sections': times(2, (index) => ({ title: `S${index}`, rows: times(5 + index, row) })),
      },
      'a row without an id': { 'action.sections.0.rows.0.id': gone },
      'a row id of 201 characters': { 'action.sections.0.rows.0.id': characters(201) },
      'a row without a title': { 'action.sections.0.rows.0.title': gone },
      'a row title of 25 characters': { 'action.sections.0.rows.0.title': characters(25) },
      'a description of 73 characters': { 'action.sections.0.rows.0.description': characters(73) },
    },
  },
);

export const ctaUrl: Suite = interactiveSuite(
  { type: 'cta_url', body, action: { name: 'cta_url', parameters: { display_text: 'See it', url: link } } },
  {
    accepts: {
      ...bodyOf1024,
      ...footerOf60,
      ...headerOf60,
      ...mediaHeaders,
      'a button of 20 characters': { 'action.parameters.display_text': characters(20) },
      'an http address of 2,000 characters': { 'action.parameters.url': linkOf(2_000) },
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
      'no button': { 'action.parameters.display_text': gone },
      'a button of 21 characters': { 'action.parameters.display_text': characters(21) },
      'no address': { 'action.parameters.url': gone },
      'an address that is none': [{ 'action.parameters.url': 'shop.example' }, 131009],
      'an address that is a script': [{ 'action.parameters.url': 'javascript:alert(1)' }, 131009],
      'an address of 2,001 characters': { 'action.parameters.url': linkOf(2_001) },
    },
  },
);

export const locationRequest: Suite = interactiveSuite(
  { type: 'location_request_message', body, action: { name: 'send_location' } },
  { accepts: { ...bodyOf1024 }, refuses: { ...noBody, ...longBody, ...noHeader, ...noAction, ...otherName } },
);

export const contactRequest: Suite = interactiveSuite(
  { type: 'request_contact_info', body, action: { name: 'request_contact_info' } },
  { accepts: { ...bodyOf1024 }, refuses: { ...noBody, ...longBody, ...noHeader, ...noAction, ...otherName } },
);

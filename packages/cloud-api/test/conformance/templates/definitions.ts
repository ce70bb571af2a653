import { authentication, buttons } from './button-definitions.ts';
import type { DefinitionSuite } from './definition-suite.ts';
import { characters, gone, times } from '../suite.ts';

const tooLong = 2_388_040;
const headerFormat = 2_388_047;
const bodyFormat = 2_388_072;
const footerFormat = 2_388_073;
const ratio = 2_388_293;
const outerVariable = 2_388_299;
const missingExample = 2_388_043;

/** Text in every part, with numbered variables (contract section 5.5). */
const text: DefinitionSuite = {
  valid: {
    language: 'en_US',
    category: 'UTILITY',
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'Order {{1}}', example: { header_text: ['4711'] } },
      {
        type: 'BODY',
        text: 'Thank you {{1}}, your order of {{2}} is on its way.',
        example: { body_text: [['Ann', 'two books']] },
      },
      { type: 'FOOTER', text: 'The book shop' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'Where is it?' },
          { type: 'QUICK_REPLY', text: 'Stop' },
          { type: 'URL', text: 'Track', url: 'https://shop.example/t/{{1}}', example: ['https://shop.example/t/4711'] },
          { type: 'PHONE_NUMBER', text: 'Call us', phone_number: '+15550100' },
        ],
      },
    ],
  },
  accepts: {
    'small letters in its types': {
      'components.2.type': 'footer',
      'components.1.type': 'body',
      category: 'utility',
      parameter_format: 'positional',
    },
    'a body of 1,024 characters': { 'components.1': { type: 'BODY', text: characters(1_024) } },
    'four new lines in a row': { 'components.1': { type: 'BODY', text: 'Hello\n\n\n\nAnn' } },
    'a flat list of examples': { 'components.1.example.body_text': ['Ann', 'two books'] },
    'another language': { language: 'pt_BR' },
    'a category that is to be changed as one likes': { allow_category_change: true },
    'a time to live of 30 seconds': { message_send_ttl_seconds: 30 },
    'a time to live of 12 hours': { message_send_ttl_seconds: '43200' },
    'a time to live as long as it can be': { message_send_ttl_seconds: -1 },
    'ten buttons': {
      'components.3.buttons': times(10, (index) => ({ type: 'QUICK_REPLY', text: `Answer ${index}` })),
    },
    'no header, footer or buttons': { components: [{ type: 'BODY', text: 'We are open.' }] },
  },
  refuses: {
    'no name': [{ name: gone }, null, 'name'],
    'a name with a space': [{ name: 'order confirmation' }, null, 'name'],
    'a name in capitals': [{ name: 'Order' }, null, 'name'],
    'a name of 513 characters': [{ name: characters(513) }, null, 'name'],
    'no language': [{ language: gone }, null, 'language'],
    'a language that there is not': [{ language: 'en-US' }, null, 'language'],
    'no category': [{ category: gone }, null, 'category'],
    'a category that there is not': [{ category: 'TRANSACTIONAL' }, null, 'category'],
    'no components': [{ components: gone }, null, 'components'],
    'an empty list of components': [{ components: [] }, null, 'components'],
    'components that are no list': [{ components: {} }, null, 'components'],
    'a component without a type': [{ 'components.0.type': gone }, null, "components[0]['type']"],
    'a component of a type that there is not': [{ 'components.0.type': 'HEAD' }, null, "components[0]['type']"],
    'two bodies': [{ 'components.2': { type: 'BODY', text: 'Again.' } }, null, 'components'],
    'no body': [{ components: [{ type: 'FOOTER', text: 'The book shop' }] }, null, 'BODY'],
    'a header without a format': [{ 'components.0.format': gone }, null, "components[0]['format']"],
    'a header of 61 characters': [
      { 'components.0.text': characters(61), 'components.0.example': gone },
      tooLong,
      "components[0]['text']",
    ],
    'a header with two variables': [
      { 'components.0.text': 'Order {{1}} {{2}}' },
      headerFormat,
      "components[0]['text']",
    ],
    'a header with a new line': [{ 'components.0.text': 'Order\n{{1}}' }, headerFormat, "components[0]['text']"],
    'a header without its example': [{ 'components.0.example': gone }, missingExample, "components[0]['example']"],
    'a body without a text': [{ 'components.1.text': gone }, null, "components[1]['text']"],
    'a body of 1,025 characters': [
      { 'components.1': { type: 'BODY', text: characters(1_025) } },
      tooLong,
      "components[1]['text']",
    ],
    'a body without its examples': [{ 'components.1.example': gone }, missingExample, "components[1]['example']"],
    'a body with an example too few': [
      { 'components.1.example.body_text': [['Ann']] },
      missingExample,
      "components[1]['example']",
    ],
    'a variable left out': [
      { 'components.1.text': 'Thank you {{1}} and {{3}} too.' },
      bodyFormat,
      "components[1]['text']",
    ],
    'a variable that has a name': [
      { 'components.1.text': 'Thank you {{who}} dear.' },
      bodyFormat,
      "components[1]['text']",
    ],
    'a bracket that is not closed': [
      { 'components.1.text': 'Thank you {{1} dear.' },
      bodyFormat,
      "components[1]['text']",
    ],
    'a variable at the beginning': [
      { 'components.1.text': '{{1}} thanks {{2}} too.' },
      outerVariable,
      "components[1]['text']",
    ],
    'a variable at the end': [
      { 'components.1.text': 'Thanks {{1}} and {{2}}' },
      outerVariable,
      "components[1]['text']",
    ],
    'more variables than words': [
      {
        'components.1.text': 'So {{1}} {{2}} {{3}} {{4}} it.',
        'components.1.example.body_text': [['a', 'b', 'c', 'd']],
      },
      ratio,
      "components[1]['text']",
    ],
    'five new lines in a row': [
      { 'components.1': { type: 'BODY', text: 'Hello\n\n\n\n\nAnn' } },
      bodyFormat,
      "components[1]['text']",
    ],
    'a footer of 61 characters': [{ 'components.2.text': characters(61) }, tooLong, "components[2]['text']"],
    'a footer with a variable': [{ 'components.2.text': 'Shop {{1}}' }, footerFormat, "components[2]['text']"],
    'eleven buttons': [
      { 'components.3.buttons': times(11, (index) => ({ type: 'QUICK_REPLY', text: `Answer ${index}` })) },
      null,
      "components[3]['buttons']",
    ],
    'a button of a type that there is not': [
      { 'components.3.buttons.0.type': 'TAP' },
      null,
      "components[3]['buttons'][0]['type']",
    ],
    'a button text of 26 characters': [
      { 'components.3.buttons.0.text': characters(26) },
      tooLong,
      "components[3]['buttons'][0]['text']",
    ],
    'quick replies apart from one another': [
      {
        'components.3.buttons.1': { type: 'PHONE_NUMBER', text: 'Call', phone_number: '+15550100' },
        'components.3.buttons.3': { type: 'QUICK_REPLY', text: 'Stop' },
      },
      null,
      "components[3]['buttons']",
    ],
    'three URL buttons': [
      { 'components.3.buttons': times(3, () => ({ type: 'URL', text: 'Go', url: 'https://shop.example/' })) },
      null,
      "components[3]['buttons']",
    ],
    'two telephone buttons': [
      { 'components.3.buttons.2': { type: 'PHONE_NUMBER', text: 'Call', phone_number: '+15550100' } },
      null,
      "components[3]['buttons']",
    ],
    'a URL that is none': [{ 'components.3.buttons.2.url': 'shop' }, null, "components[3]['buttons'][2]['url']"],
    'a URL with its variable in the middle': [
      { 'components.3.buttons.2.url': 'https://shop.example/{{1}}/x' },
      null,
      "components[3]['buttons'][2]['url']",
    ],
    'a URL of 2,001 characters': [
      { 'components.3.buttons.2.url': `https://shop.example/${characters(1_980)}` },
      tooLong,
      "components[3]['buttons'][2]['url']",
    ],
    'a URL without its example': [
      { 'components.3.buttons.2.example': gone },
      missingExample,
      "components[3]['buttons'][2]['example']",
    ],
    'a telephone number of 21 characters': [
      { 'components.3.buttons.3.phone_number': characters(21, '1') },
      tooLong,
      "components[3]['buttons'][3]['phone_number']",
    ],
    'a telephone number that is none': [
      { 'components.3.buttons.3.phone_number': 'call me' },
      null,
      "components[3]['buttons'][3]['phone_number']",
    ],
    'a parameter format that there is not': [{ parameter_format: 'letters' }, null, 'parameter_format'],
    'a time to live of 29 seconds': [{ message_send_ttl_seconds: 29 }, null, 'message_send_ttl_seconds'],
    'a time to live of more than 12 hours': [{ message_send_ttl_seconds: 43_201 }, null, 'message_send_ttl_seconds'],
    'a template of a library': [{ library_template_name: 'order' }, null, 'components'],
  },
};

const named: DefinitionSuite = {
  valid: {
    language: 'en',
    category: 'MARKETING',
    parameter_format: 'NAMED',
    components: [
      {
        type: 'HEADER',
        format: 'TEXT',
        text: 'For {{first_name}}',
        example: { header_text_named_params: [{ param_name: 'first_name', example: 'Ann' }] },
      },
      {
        type: 'BODY',
        text: 'Today {{first_name}} gets {{discount}} off everything.',
        example: {
          body_text_named_params: [
            { param_name: 'first_name', example: 'Ann' },
            { param_name: 'discount', example: '10 %' },
          ],
        },
      },
    ],
  },
  accepts: { 'a time to live of 30 days': { message_send_ttl_seconds: 2_592_000 } },
  refuses: {
    'a numbered variable': [{ 'components.1.text': 'Today {{1}} is new.' }, bodyFormat, "components[1]['text']"],
    'a name in capitals': [{ 'components.1.text': 'Today {{Name}} is new.' }, bodyFormat, "components[1]['text']"],
    'a name without its example': [
      { 'components.1.example.body_text_named_params': [{ param_name: 'discount', example: '10 %' }] },
      missingExample,
      "components[1]['example']",
    ],
    'a time to live of less than 12 hours': [{ message_send_ttl_seconds: 900 }, null, 'message_send_ttl_seconds'],
    'a time to live as long as it can be': [{ message_send_ttl_seconds: -1 }, null, 'message_send_ttl_seconds'],
  },
};

const media: DefinitionSuite = {
  valid: {
    language: 'en_US',
    category: 'MARKETING',
    components: [
      { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['<image/png>'] } },
      { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Only today', has_expiration: true } },
      { type: 'BODY', text: 'Everything is cheaper.' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'COPY_CODE', text: 'Copy offer code', example: ['SAVE10'] },
          { type: 'URL', text: 'Shop', url: 'https://shop.example/' },
        ],
      },
    ],
  },
  accepts: {
    'a code of 20 characters': { 'components.3.buttons.0.example': [characters(20)] },
    'a code that stands alone, without a text': {
      'components.3.buttons.0': { type: 'COPY_CODE', example: 'SAVE10' },
    },
    'a video': { 'components.0.format': 'VIDEO', 'components.0.example.header_handle': ['<video/mp4>'] },
    'a document': {
      'components.0.format': 'document',
      'components.0.example.header_handle': '<application/pdf>',
    },
    'a moving picture': { 'components.0.format': 'GIF', 'components.0.example.header_handle': ['<video/mp4>'] },
    'a place': { 'components.0': { type: 'HEADER', format: 'LOCATION' } },
    'a body of 600 characters': { 'components.2.text': characters(600) },
  },
  refuses: {
    'an example that nobody uploaded': [
      { 'components.0.example.header_handle': ['4::aW1hZ2U='] },
      null,
      'header_handle',
    ],
    'an example of another kind': [{ 'components.0.format': 'VIDEO' }, null, 'header_handle'],
    'no example of the picture': [{ 'components.0.example': gone }, missingExample, "components[0]['example']"],
    'a format that there is not': [{ 'components.0.format': 'STICKER' }, null, "components[0]['format']"],
    'an offer of 17 characters': [
      { 'components.1.limited_time_offer.text': characters(17) },
      tooLong,
      "components[1]['limited_time_offer']['text']",
    ],
    'an offer without its object': [
      { 'components.1.limited_time_offer': gone },
      null,
      "components[1]['limited_time_offer']",
    ],
    'an offer that is no marketing': [{ category: 'UTILITY' }, null, 'category'],
    'an offer with a footer': [{ 'components.4': { type: 'FOOTER', text: 'The shop' } }, null, 'FOOTER'],
    'a body of 601 characters': [{ 'components.2.text': characters(601) }, tooLong, "components[2]['text']"],
    'a code of 21 characters': [
      { 'components.3.buttons.0.example': [characters(21)] },
      null,
      "components[3]['buttons'][0]['example']",
    ],
    'a code without an example': [
      { 'components.3.buttons.0.example': gone },
      missingExample,
      "components[3]['buttons'][0]['example']",
    ],
  },
};

const card = (name: string) => ({
  components: [
    { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['<image/png>'] } },
    { type: 'BODY', text: `The ${name}` },
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'QUICK_REPLY', text: 'More of this' },
        { type: 'URL', text: 'Buy', url: 'https://shop.example/{{1}}', example: ['https://shop.example/rose'] },
      ],
    },
  ],
});

const carousel: DefinitionSuite = {
  valid: {
    language: 'en_US',
    category: 'MARKETING',
    components: [
      { type: 'BODY', text: 'Look at our flowers.' },
      { type: 'CAROUSEL', cards: [card('rose'), card('lily')] },
    ],
  },
  accepts: { 'ten cards': { 'components.1.cards': times(10, (index) => card(`flower ${index}`)) } },
  refuses: {
    'one card': [{ 'components.1.cards': [card('rose')] }, null, "components[1]['cards']"],
    'eleven cards': [
      { 'components.1.cards': times(11, (index) => card(`flower ${index}`)) },
      null,
      "components[1]['cards']",
    ],
    'a card without a header': [
      { 'components.1.cards.1.components': card('lily').components.slice(1) },
      null,
      "components[1]['cards'][1]['components']",
    ],
    'a card with other buttons than the first': [
      { 'components.1.cards.1.components.2.buttons': [{ type: 'QUICK_REPLY', text: 'More' }] },
      null,
      "components[1]['cards'][1]",
    ],
    'a card with three buttons': [
      {
        'components.1.cards.0.components.2.buttons': times(3, (index) => ({ type: 'QUICK_REPLY', text: `${index}` })),
      },
      null,
      "components[1]['cards'][0]['components'][2]['buttons']",
    ],
    'a body of 161 characters': [
      { 'components.1.cards.0.components.1.text': characters(161) },
      tooLong,
      "components[1]['cards'][0]['components'][1]['text']",
    ],
    'a footer beside the cards': [{ 'components.2': { type: 'FOOTER', text: 'The shop' } }, null, 'components'],
  },
};

export const definitions: Readonly<Record<string, DefinitionSuite>> = {
  text,
  named,
  media,
  carousel,
  buttons,
  authentication,
};

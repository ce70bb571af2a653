import { characters, gone, times } from '../suite.ts';
import { interactiveSuite } from '../interactive-suite.ts';

const link = { name: 'cta_url', parameters: { display_text: 'See it', url: 'https://shop.example/1' } };
const linkCard = (index: number) => ({
  card_index: index,
  type: 'cta_url',
  header: { type: 'image', image: { link: `https://media.example/${index}.png` } },
  action: link,
});
const reply = (index: number) => ({ type: 'quick_reply', quick_reply: { id: `r${index}`, title: `Title ${index}` } });
const replyCard = (index: number) => ({ ...linkCard(index), action: { buttons: times(2, reply) } });
const productCard = (index: number) => ({
  card_index: index,
  type: 'product',
  action: { product_retailer_id: `p${index}`, catalog_id: '1' },
});
const videoHeader = { type: 'video', video: { id: '$video' } };
/** With a link of so many characters. */
const linkHeader = (length: number, character = 'x') => ({
  type: 'image',
  image: { link: `https://media.example/${characters(length - 22, character)}` },
});
const card = (path: string) => `action.cards.0.${path}`;

/** Contract section 2.4; gap A11 for the ids of replies. */
export const carousel = interactiveSuite(
  { type: 'carousel', body: { text: 'Look' }, action: { cards: times(2, linkCard) } },
  {
    accepts: {
      'ten cards': { 'action.cards': times(10, linkCard) },
      'ten cards with links of 2,000 characters': {
        'action.cards': times(10, (index) => ({ ...linkCard(index), header: linkHeader(2_000) })),
      },
      'cards with replies': { 'action.cards': times(2, replyCard) },
      'cards of products': { 'action.cards': times(3, productCard) },
      'films on all cards': { [card('header')]: videoHeader, 'action.cards.1.header': videoHeader },
      'a text of 160 characters with two newlines': { [card('body')]: { text: `a\nb\n${characters(156)}` } },
      'a card without a type': [{ [card('type')]: gone }, {}],
      'a reply with an id of 256 characters': {
        'action.cards': times(2, replyCard),
        [card('action.buttons.0.quick_reply.id')]: characters(256),
      },
    },
    refuses: {
      'no cards': { 'action.cards': gone },
      'one card': { 'action.cards': times(1, linkCard) },
      '11 cards': { 'action.cards': times(11, linkCard) },
      'no body': { body: gone },
      'a header': { header: { type: 'text', text: 'Hello' } },
      'a footer': { footer: { text: 'Small print' } },
      'a card without a number': { [card('card_index')]: gone },
      'a card number of 10': { [card('card_index')]: 10 },
      'a card number that is half': { [card('card_index')]: 0.5 },
      'two cards with one number': [{ 'action.cards.1.card_index': 0 }, 131009, "interactive['action']['cards']"],
      'a card of another type': { [card('type')]: 'poll' },
      'a card without a header': { [card('header')]: gone },
      'a card with a text header': [
        { [card('header')]: { type: 'text', text: 'Hello' } },
        100,
        "interactive['action']['cards'][0]['header']['type']",
      ],
      'a card without a medium': [
        { [card('header.image')]: {} },
        100,
        "interactive['action']['cards'][0]['header']['image']['id']",
      ],
      'a card without an action': { [card('action')]: gone },
      'ten cards with links of 2,000 emoji, which are longer as they are fetched': [
        { 'action.cards': times(10, (index) => ({ ...linkCard(index), header: linkHeader(2_000, '🙂') })) },
        100,
        "interactive['action']['cards'][0]['header']['image']['link']",
      ],
      'a card text of 161 characters': { [card('body.text')]: characters(161) },
      'a card text with three newlines': { [card('body.text')]: 'a\nb\nc\nd' },
      'a button of 21 characters': { [card('action.parameters.display_text')]: characters(21) },
      'an address that is none': [{ [card('action.parameters.url')]: 'shop' }, 131009],
      'different headers': [{ [card('header')]: videoHeader }, 131009, "interactive['action']['cards']"],
      'different buttons': [{ [card('action')]: { buttons: [reply(0)] } }, 131009, "interactive['action']['cards']"],
      'different kinds of cards': [{ 'action.cards.1': productCard(1) }, 131009, "interactive['action']['cards']"],
      'a reply with an id of 257 characters': [
        { 'action.cards': times(2, replyCard), [card('action.buttons.0.quick_reply.id')]: characters(257) },
        100,
        "interactive['action']['cards'][0]['action']['buttons'][0]['quick_reply']['id']",
      ],
      'a reply with a title of 21 characters': [
        { 'action.cards': times(2, replyCard), [card('action.buttons.0.quick_reply.title')]: characters(21) },
        100,
        "interactive['action']['cards'][0]['action']['buttons'][0]['quick_reply']['title']",
      ],
      'two replies with one title': [
        {
          'action.cards': times(2, replyCard),
          [card('action.buttons.0.quick_reply.title')]: 'Title 1',
        },
        131009,
        "interactive['action']['cards'][0]['action']['buttons']",
      ],
      'a product without its catalogue': [
        { 'action.cards': times(2, productCard), [card('action.catalog_id')]: gone },
        100,
        "interactive['action']['cards'][0]['action']['catalog_id']",
      ],
      'a product with a header': [
        { 'action.cards': times(2, productCard), [card('header')]: videoHeader },
        100,
        "interactive['action']['cards'][0]['header']",
      ],
    },
  },
);

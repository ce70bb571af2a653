import { limits } from '@postern/protocol';
import { gaps } from '../../../contract/gaps.ts';
import type { MediaList } from '../../../messages/media-use.ts';
import { parameterError, valueError } from '../../graph-errors.ts';
import type { Parameters } from '../../parameters.ts';
import { parseReply, refuseTwins } from './buttons.ts';
import { parseHeader } from './header.ts';
import { refusePart, type InteractiveKind } from './interactive-kind.ts';
import { parseLinkAction } from './link-button.ts';

interface Card {
  readonly json: { readonly card_index: number };
  /** What all cards have in common: the kind of their headers and the arrangement of their buttons. */
  readonly arrangement: string;
}

/** Cards beside each other, all arranged in the same way. */
export const carousel: InteractiveKind = {
  headers: [],
  isBodyRequired: true,
  hasFooter: false,
  parseAction(action, media) {
    const range = { min: limits.minCarouselCards, max: limits.maxCarouselCards };
    const cards = action.getList('cards', range).map((card) => parseCard(card, media));
    if (new Set(cards.map(({ arrangement }) => arrangement)).size > 1)
      throw valueError(`Param ${action.label('cards')} must have the same kind of header and of buttons on each card.`);
    if (new Set(cards.map(({ json }) => json.card_index)).size < cards.length)
      throw valueError(`Param ${action.label('cards')} must have a card_index of its own for each card.`);
    return { cards: cards.map(({ json }) => json) };
  },
};

function parseCard(card: Parameters, media: MediaList): Card {
  const index = card.getInteger('card_index', { min: 0, max: limits.maxCarouselCards - 1 });
  const type = card.findChoice('type', ['cta_url', 'product'] as const) ?? 'cta_url';
  const action = card.getObject('action');
  if (type === 'product') return parseProductCard(card, { index, action });
  const header = card.getObject('header');
  const buttons = parseCardAction(action);
  const json = {
    card_index: index,
    type,
    header: parseHeader(header, ['image', 'video'], media),
    ...parseCardBody(card),
    action: buttons.json,
  };
  return { json, arrangement: `${header.findText('type')?.toLowerCase()} ${buttons.arrangement}` };
}

function parseProductCard(card: Parameters, { index, action }: { index: number; action: Parameters }): Card {
  for (const part of ['header', 'body']) refusePart(card, part, 'a card of type product');
  const maxCharacters = limits.maxFieldCharacters;
  const product = {
    product_retailer_id: action.getText('product_retailer_id', maxCharacters),
    catalog_id: action.getText('catalog_id', maxCharacters),
  };
  return { json: { card_index: index, type: 'product', action: product }, arrangement: 'product' } as Card;
}

function parseCardBody(card: Parameters): object {
  const body = card.findObject('body');
  const text = body?.findText('text', limits.maxCardBodyCharacters);
  if (!body || !text) return {};
  if (text.split('\n').length - 1 > limits.maxCardBodyNewlines)
    throw parameterError(`Param ${body.label('text')} must have at most ${limits.maxCardBodyNewlines} newlines.`);
  return { body: { text } };
}

function parseCardAction(action: Parameters): { json: object; arrangement: string } {
  if (!action.has('buttons')) return { json: parseLinkAction(action), arrangement: 'link' };
  const buttons = action.getList('buttons', { min: 1, max: limits.maxReplyButtons });
  const replies = buttons.map((button) => {
    button.getChoice('type', ['quick_reply'] as const);
    return parseReply(button.getObject('quick_reply'), gaps.maxCardReplyIdCharacters);
  });
  refuseTwins(action, replies);
  const json = { buttons: replies.map((reply) => ({ type: 'quick_reply', quick_reply: reply })) };
  return { json, arrangement: `${replies.length} replies` };
}

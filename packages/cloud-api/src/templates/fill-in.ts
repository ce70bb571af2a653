import { limits } from '@postern/protocol';
import type { MediaList } from '../messages/media-use.ts';
import { checkCode } from './authentication.ts';
import { findComponent, type CardComponent as DeclaredCard, type CarouselComponent } from './component.ts';
import { fillButtons } from './fill-buttons.ts';
import { fillHeader } from './fill-header.ts';
import { fillText, textOf } from './fill-text.ts';
import { givenComponents, type GivenComponents } from './given-components.ts';
import { checkLibraryValues } from './library/check-values.ts';
import { structureError, TemplateRefusedError } from './template-refused.ts';
import type { CardComponent, TemplateCard, TemplateRequest } from './template-request.ts';
import type { Template } from './template.ts';

interface FillIn {
  readonly template: Template;
  readonly media: MediaList;
  readonly nowMs: number;
}

/**
 * The template with what the request gives filled in: everything that a person is shown or taps on (docs/protocol.md), with
 * media in their places in the list. Exactly what the template declares has to be given (contract section 2.5).
 * @throws TemplateRefusedError
 */
export function fillIn({ components }: Pick<TemplateRequest, 'components'>, fill: FillIn): object {
  const { template } = fill;
  const given = givenComponents(components);
  const footer = findComponent(template.components, 'FOOTER');
  const asksToCall = findComponent(template.components, 'CALL_PERMISSION_REQUEST') !== null;
  if (given.orderStatus && template.subCategory === null)
    throw structureError(`${given.orderStatus.label}: the template is not about an order.`);
  return {
    ...fillParts(template.components, given, { ...fill, label: 'template' }),
    ...(footer && { footer: { text: footer.text } }),
    ...fillOffer(given, fill),
    ...fillCarousel(given, fill),
    ...(asksToCall && { call_permission_request: {} }),
    ...(given.tapTargets && { tap_target_configuration: given.tapTargets.targets }),
    ...(given.orderStatus && { order_status: given.orderStatus.orderStatus }),
  };
}

/** What messages and cards both have: a header, a body, buttons. */
function fillParts(
  components: Template['components'] | readonly DeclaredCard[],
  given: Pick<GivenComponents, 'header' | 'body' | 'buttons'>,
  { template, media, label }: FillIn & { label: string },
): object {
  const { parameterFormat: format } = template;
  const headerPlace = { label: `${label}: header`, format, media };
  const header = fillHeader(findComponent(components, 'HEADER'), given.header, headerPlace);
  const body = fillBody(components, given, { template, label });
  const declared = findComponent(components, 'BUTTONS')?.buttons ?? [];
  const buttons = fillButtons(declared, given.buttons, { label, code: codeOf(template, given) });
  return {
    ...(header && { header }),
    ...(body !== null && { body: { text: body } }),
    ...(buttons.length > 0 && { buttons }),
  };
}

function fillBody(
  components: Template['components'] | readonly DeclaredCard[],
  { body: given }: Pick<GivenComponents, 'body'>,
  { template, label }: { template: Template; label: string },
): string | null {
  const body = findComponent(components, 'BODY');
  const parameters = given?.parameters ?? [];
  const name = given?.label ?? `${label}: body`;
  if (body) {
    const place = { label: name, format: template.parameterFormat, maxCharacters: limits.maxTemplateTextCharacters };
    const text = fillText(body.text, parameters, place);
    checkLibraryValues(template, parameters);
    return text;
  }
  if (parameters.length > 0) throw structureError(`${name}: the template has no body here.`);
  return null;
}

/** The code that an authentication template brings: its body's only parameter. */
function codeOf({ category }: Template, { body }: Pick<GivenComponents, 'body'>): string | null {
  const [parameter] = body?.parameters ?? [];
  if (category !== 'AUTHENTICATION' || !parameter) return null;
  const code = textOf(parameter);
  checkCode(code, parameter.label);
  return code;
}

function fillOffer({ offer }: GivenComponents, { template, nowMs }: FillIn): object {
  const declared = findComponent(template.components, 'LIMITED_TIME_OFFER')?.limited_time_offer;
  if (offer && !declared?.has_expiration)
    throw structureError(`${offer.label}: the template has no offer that expires.`);
  if (!declared) return {};
  if (!declared.has_expiration) return { limited_time_offer: { text: declared.text } };
  if (!offer)
    throw new TemplateRefusedError(131008, 'template: limited_time_offer requires the parameter expiration_time_ms.');
  if (offer.expirationTimeMs <= nowMs)
    throw new TemplateRefusedError(131009, `${offer.label}: expiration_time_ms must be in the future.`);
  return { limited_time_offer: { text: declared.text, expiration_time_ms: offer.expirationTimeMs } };
}

function fillCarousel({ carousel }: GivenComponents, fill: FillIn): object {
  const declared = findComponent(fill.template.components, 'CAROUSEL');
  if (carousel && !declared) throw structureError(`${carousel.label}: the template has no carousel.`);
  if (!declared) return {};
  if (!carousel) throw new TemplateRefusedError(131008, 'template: the component carousel is missing.');
  if (carousel.cards.length !== declared.cards.length)
    throw structureError(`${carousel.label}: the template has ${declared.cards.length} cards.`);
  return { cards: inOrder(carousel.cards).map((card, index) => fillCard(declared, { card, index, fill })) };
}

function inOrder(cards: readonly TemplateCard[]): TemplateCard[] {
  const sorted = [...cards].sort((one, other) => one.cardIndex - other.cardIndex);
  for (const [index, card] of sorted.entries())
    if (card.cardIndex !== index) throw structureError(`${card.label}: card_index must count the cards from 0.`);
  return sorted;
}

function fillCard(
  { cards }: CarouselComponent,
  { card, index, fill }: { card: TemplateCard; index: number; fill: FillIn },
): object {
  const given = givenComponents<CardComponent>(card.components);
  return fillParts(cards[index]?.components ?? [], given, { ...fill, label: card.label });
}

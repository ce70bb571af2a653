import { limits } from '@postern/protocol';
import {
  findComponent,
  type CardComponent,
  type CarouselComponent,
  type HeaderComponent,
} from '../../templates/component.ts';
import type { ParameterFormat } from '../../templates/template.ts';
import { parameterError } from '../graph-errors.ts';
import type { Parameters } from '../parameters.ts';
import { parseButtons } from './declared-buttons.ts';
import { parseBody, parseHeader } from './declared-parts.ts';

const cardTypes = ['HEADER', 'BODY', 'BUTTONS'] as const;
const cardHeaders: ReadonlySet<HeaderComponent['format']> = new Set(['IMAGE', 'VIDEO', 'PRODUCT']);

/** Reads the cards of a carousel: all of them are built alike. @throws GraphError */
export function parseCarousel(component: Parameters, format: ParameterFormat): CarouselComponent {
  const list = component.getList('cards', { min: limits.minCarouselCards, max: limits.maxCarouselCards });
  const cards = list.map((card) => parseCard(card, format));
  const [first] = cards;
  for (const [index, card] of cards.entries())
    if (shapeOf(card) !== shapeOf(first ?? []))
      throw parameterError(
        `Param ${component.label('cards')}[${index}] must have a header and buttons as those of the first card.`,
      );
  return { type: 'CAROUSEL', cards: cards.map((components) => ({ components })) };
}

function parseCard(card: Parameters, format: ParameterFormat): CardComponent[] {
  const list = card.getList('components', { min: 1, max: cardTypes.length });
  const components = list.map((component) => parseCardComponent(component, format));
  const label = `Param ${card.label('components')}`;
  if (new Set(components.map(({ type }) => type)).size < components.length)
    throw parameterError(`${label} must hold each type once.`);
  const header = findComponent(components, 'HEADER');
  if (!header || !cardHeaders.has(header.format))
    throw parameterError(`${label} must hold a HEADER with an image, a video or a product.`);
  if (!findComponent(components, 'BUTTONS')) throw parameterError(`${label} must hold BUTTONS.`);
  return components;
}

function parseCardComponent(component: Parameters, format: ParameterFormat): CardComponent {
  const type = component.getChoice('type', cardTypes);
  if (type === 'HEADER') return parseHeader(component, format);
  if (type === 'BODY') return parseBody(component, { format, maxCharacters: limits.maxCardBodyCharacters });
  return parseButtons(component, limits.maxCardButtons);
}

/** What must be the same in all cards. */
function shapeOf(components: readonly CardComponent[]): string {
  const header = findComponent(components, 'HEADER')?.format;
  const buttons = findComponent(components, 'BUTTONS')?.buttons.map(({ type }) => type);
  return JSON.stringify([header, findComponent(components, 'BODY') !== null, buttons]);
}

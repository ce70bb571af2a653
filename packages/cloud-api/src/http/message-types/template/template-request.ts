import { limits } from '@postern/protocol';
import type {
  CardComponent,
  CarouselComponent,
  OfferComponent,
  OrderStatusComponent,
  TapTargetComponent,
  TemplateCard,
  TemplateComponent,
  TemplateRequest,
  TextComponent,
} from '../../../templates/template-request.ts';
import { valueError } from '../../graph-errors.ts';
import type { Parameters } from '../../parameters.ts';
import { getWebLink } from '../../web-link.ts';
import { parseOrderStatus } from '../orders.ts';
import { parseButton } from './button.ts';
import { parseTextParameter } from './text-parameter.ts';

const cardComponentTypes = ['header', 'body', 'button'] as const;
const componentTypes = [
  ...cardComponentTypes,
  'limited_time_offer',
  'carousel',
  'tap_target_configuration',
  'order_status',
] as const;
const components = { min: 0, max: limits.maxTemplateComponents };
const parameters = { min: 0, max: limits.maxTemplateParameters };
const single = { min: 1, max: 1 };

/** Reads the `template` of a message (contract section 2.5). @throws GraphError */
export function parseTemplateRequest(template: Parameters): TemplateRequest {
  const language = template.getObject('language');
  language.findChoice('policy', ['deterministic'] as const);
  return {
    name: template.getText('name', limits.maxTemplateNameCharacters),
    language: language.getText('code', limits.maxFieldCharacters),
    components: (template.findList('components', components) ?? []).map(parseComponent),
  };
}

function parseComponent(component: Parameters): TemplateComponent {
  const type = component.getChoice('type', componentTypes);
  switch (type) {
    case 'limited_time_offer':
      return parseOffer(component);
    case 'carousel':
      return parseCarousel(component);
    case 'tap_target_configuration':
      return parseTapTargets(component);
    case 'order_status':
      return parseOrderComponent(component);
    default:
      return parseCardComponent(component);
  }
}

function parseCardComponent(component: Parameters): CardComponent {
  const type = component.getChoice('type', cardComponentTypes);
  return type === 'button' ? parseButton(component) : parseTextComponent(component, type);
}

function parseTextComponent(component: Parameters, type: TextComponent['type']): TextComponent {
  const list = component.findList('parameters', parameters) ?? [];
  return { type, label: component.path, parameters: list.map(parseTextParameter) };
}

function parseOffer(component: Parameters): OfferComponent {
  const offer = getOnlyParameter(component, 'limited_time_offer').getObject('limited_time_offer');
  const range = { min: 0, max: Number.MAX_SAFE_INTEGER };
  return {
    type: 'limited_time_offer',
    label: component.path,
    expirationTimeMs: offer.getInteger('expiration_time_ms', range),
  };
}

function parseCarousel(component: Parameters): CarouselComponent {
  const cards = component.getList('cards', { min: 1, max: limits.maxCarouselCards }).map(parseCard);
  if (new Set(cards.map(({ cardIndex }) => cardIndex)).size < cards.length)
    throw valueError(`Param ${component.label('cards')} must have a card_index of its own for each card.`);
  return { type: 'carousel', label: component.path, cards };
}

function parseCard(card: Parameters): TemplateCard {
  return {
    label: card.path,
    cardIndex: card.getInteger('card_index', { min: 0, max: limits.maxCarouselCards - 1 }),
    components: (card.findList('components', components) ?? []).map(parseCardComponent),
  };
}

function parseTapTargets(component: Parameters): TapTargetComponent {
  const parameter = getOnlyParameter(component, 'tap_target_configuration');
  const targets = parameter.getList('tap_target_configuration', { min: 1, max: limits.maxFieldEntries });
  return {
    type: 'tap_target_configuration',
    label: component.path,
    targets: targets.map((target) => ({
      url: getWebLink(target, 'url'),
      title: target.getText('title', limits.maxFieldCharacters),
    })),
  };
}

function parseOrderComponent(component: Parameters): OrderStatusComponent {
  const orderStatus = parseOrderStatus(getOnlyParameter(component, 'order_status').getObject('order_status'));
  return { type: 'order_status', label: component.path, orderStatus };
}

/** Of a component with exactly one parameter, which is of the component's own type. */
function getOnlyParameter<Type extends string>(component: Parameters, type: Type): Parameters {
  const [parameter = component] = component.getList('parameters', single);
  parameter.getChoice('type', [type]);
  return parameter;
}

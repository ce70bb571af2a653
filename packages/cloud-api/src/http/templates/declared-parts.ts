import { limits } from '@postern/protocol';
import { gaps } from '../../contract/gaps.ts';
import {
  mediaFormats,
  type BodyComponent,
  type FooterComponent,
  type HeaderComponent,
  type LimitedTimeOfferComponent,
  type MediaFormat,
} from '../../templates/component.ts';
import type { ParameterFormat } from '../../templates/template.ts';
import { countFixedWords, hasOuterVariable } from '../../templates/variables.ts';
import type { Parameters } from '../parameters.ts';
import {
  findExampleTexts,
  getExamples,
  getNamedExamples,
  getShortText,
  missingExample,
  parseDeclaredText,
  type DeclaredText,
} from './declared-text.ts';
import { definitionError } from './definition-error.ts';

const headerFormats = ['TEXT', ...mediaFormats, 'LOCATION', 'PRODUCT'] as const;
const manyNewlines = new RegExp(`(?:\\r?\\n){${limits.maxNewlinesInRow + 1},}`);

/** @throws GraphError */
export function parseHeader(component: Parameters, format: ParameterFormat): HeaderComponent {
  const kind = component.getChoice('format', headerFormats);
  if (kind === 'TEXT') return parseTextHeader(component, format);
  if (kind === 'LOCATION' || kind === 'PRODUCT') return { type: 'HEADER', format: kind };
  return parseMediaHeader(component, kind);
}

function parseTextHeader(component: Parameters, format: ParameterFormat): HeaderComponent {
  const place = { part: 'header', format, maxCharacters: limits.maxHeaderTextCharacters } as const;
  const { text, variables } = parseDeclaredText(component, place);
  if (variables.length > 1)
    throw definitionError('header', `Param ${component.label('text')} must hold at most one variable.`);
  if (/[\n\r*]/.test(text))
    throw definitionError('header', `Param ${component.label('text')} must hold no new lines and no asterisks.`);
  if (variables.length === 0) return { type: 'HEADER', format: 'TEXT', text };
  const example =
    format === 'NAMED'
      ? { header_text_named_params: getNamedExamples(component, { name: 'header_text_named_params', variables }) }
      : { header_text: getExamples(component, { name: 'header_text', variables }) };
  return { type: 'HEADER', format: 'TEXT', text, example };
}

function parseMediaHeader(component: Parameters, format: MediaFormat): HeaderComponent {
  const handles = findExampleTexts(component, 'header_handle');
  if (!handles?.length || handles.some((handle) => handle === '' || handle.length > limits.maxHandleCharacters))
    throw missingExample(component, 'header_handle');
  return { type: 'HEADER', format, example: { header_handle: handles } };
}

/** @throws GraphError */
export function parseBody(
  component: Parameters,
  { format, maxCharacters }: { format: ParameterFormat; maxCharacters: number },
): BodyComponent {
  const declared = parseDeclaredText(component, { part: 'body', format, maxCharacters });
  checkBody(component, declared);
  const { text, variables } = declared;
  if (variables.length === 0) return { type: 'BODY', text };
  const example =
    format === 'NAMED'
      ? { body_text_named_params: getNamedExamples(component, { name: 'body_text_named_params', variables }) }
      : { body_text: [getExamples(component, { name: 'body_text', variables })] };
  return { type: 'BODY', text, example };
}

function checkBody(component: Parameters, { text, variables }: DeclaredText): void {
  const label = `Param ${component.label('text')}`;
  if (hasOuterVariable(text))
    throw definitionError('outerVariable', `${label} must neither begin nor end with a variable.`);
  if (countFixedWords(text) < variables.length * gaps.minFixedWordsPerVariable)
    throw definitionError('ratio', `${label} holds too many variables for so few words.`);
  if (manyNewlines.test(text))
    throw definitionError('body', `${label} must hold at most ${limits.maxNewlinesInRow} new lines in a row.`);
}

/** @throws GraphError */
export function parseFooter(component: Parameters): FooterComponent {
  const text = getShortText(component, 'text', limits.maxFooterCharacters);
  if (/\{\{|\}\}|[\n\r]/.test(text))
    throw definitionError('footer', `Param ${component.label('text')} must hold no variables and no new lines.`);
  return { type: 'FOOTER', text };
}

/** @throws GraphError */
export function parseOffer(component: Parameters): LimitedTimeOfferComponent {
  const offer = component.getObject('limited_time_offer');
  return {
    type: 'LIMITED_TIME_OFFER',
    limited_time_offer: {
      text: getShortText(offer, 'text', limits.maxOfferTextCharacters),
      has_expiration: offer.findFlag('has_expiration') ?? false,
    },
  };
}

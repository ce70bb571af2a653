import { limits } from '@postern/protocol';
import { templateLanguages } from '../../contract/template-languages.ts';
import { findComponent, type DeclaredComponent } from '../../templates/component.ts';
import {
  templateCategories,
  type ParameterFormat,
  type TemplateCategory,
  type TemplateDefinition,
} from '../../templates/template.ts';
import { parameterError } from '../graph-errors.ts';
import type { Parameters } from '../parameters.ts';
import { parseAuthenticationComponents } from './authentication-definition.ts';
import { parseButtons } from './declared-buttons.ts';
import { parseCarousel } from './declared-carousel.ts';
import { findFromLibrary } from './library-definition.ts';
import { parseBody, parseFooter, parseHeader, parseOffer } from './declared-parts.ts';

const formats = ['POSITIONAL', 'NAMED'] as const;
const subCategories = ['ORDER_DETAILS', 'ORDER_STATUS'] as const;
const namePattern = new RegExp(`^[a-z0-9_]{1,${limits.maxTemplateNameCharacters}}$`);

/** Reads the body of `POST /{waba}/message_templates` (contract section 5.5). @throws GraphError */
export function parseDefinition(parameters: Parameters): TemplateDefinition {
  const name = getTemplateName(parameters);
  const language = checkLanguage(parameters.getText('language'), 'language');
  const category = parameters.getChoice('category', templateCategories);
  return { name, language, ...parseWhatItIs(parameters, { category, language }) };
}

/** What a template is beside its name and language. */
type WhatItIs = Omit<TemplateDefinition, 'name' | 'language'>;

/** Reads everything of a template beside its name: in its business's own words, or in those of the library. @throws GraphError */
export function parseWhatItIs(
  parameters: Parameters,
  { category, language }: { category: TemplateCategory; language: string },
): WhatItIs {
  const parameterFormat = parseParameterFormat(parameters) ?? 'POSITIONAL';
  const fromLibrary = findFromLibrary(parameters, { category, language });
  return {
    category,
    subCategory: parameters.findChoice('sub_category', subCategories),
    parameterFormat,
    components: fromLibrary?.components ?? parseComponents(parameters, { category, format: parameterFormat, language }),
    libraryName: fromLibrary?.libraryName ?? null,
    ttlSeconds: findTtlSeconds(parameters, category),
    isLinkTrackingOptedOut: parameters.findFlag('cta_url_link_tracking_opted_out'),
  };
}

/** How variables are written; null when nothing is said. @throws GraphError */
export function parseParameterFormat(parameters: Parameters): ParameterFormat | null {
  return parameters.findChoice('parameter_format', formats);
}

/** @throws GraphError */
export function getTemplateName(parameters: Parameters): string {
  const name = parameters.getText('name');
  if (namePattern.test(name)) return name;
  throw parameterError(
    `Param name must be of small letters, digits and underscores, at most ${limits.maxTemplateNameCharacters}.`,
  );
}

/** @throws GraphError */
export function checkLanguage(language: string, label: string): string {
  if (templateLanguages.has(language)) return language;
  throw parameterError(`Param ${label} must be the code of a language that templates can be in.`);
}

/** Reads `message_send_ttl_seconds`: -1 for as long as it can be, otherwise within what the category allows (section 6.6). */
export function findTtlSeconds(parameters: Parameters, category: TemplateCategory): number | null {
  const name = 'message_send_ttl_seconds';
  if (category !== 'MARKETING' && parameters.findNumber(name) === -1) return -1;
  return parameters.findInteger(name, ttlRanges[category]);
}

const ttlRanges: Readonly<Record<TemplateCategory, { min: number; max: number }>> = {
  AUTHENTICATION: { min: limits.minTemplateTtlSeconds, max: limits.maxAuthenticationTtlSeconds },
  UTILITY: { min: limits.minTemplateTtlSeconds, max: limits.maxUtilityTtlSeconds },
  MARKETING: { min: limits.minMarketingTtlSeconds, max: limits.maxMarketingTtlSeconds },
};

interface ComponentRules {
  readonly category: TemplateCategory;
  readonly format: ParameterFormat;
  readonly language: string;
}

/** @throws GraphError */
export function parseComponents(
  parameters: Parameters,
  { category, format, language }: ComponentRules,
): DeclaredComponent[] {
  const list = parameters.getList('components', { min: 1, max: componentTypes.length });
  if (category === 'AUTHENTICATION') return parseAuthenticationComponents(list, language);
  const types = list.map((component) => component.getChoice('type', componentTypes));
  if (new Set(types).size < types.length) throw parameterError('Param components must hold each type once.');
  const hasOffer = types.includes('LIMITED_TIME_OFFER');
  const maxBodyCharacters = hasOffer ? limits.maxOfferBodyCharacters : limits.maxTemplateTextCharacters;
  const components = list.map((component, index) =>
    componentParsers[types[index] ?? 'BODY'](component, { format, maxBodyCharacters }),
  );
  checkTogether(components, category);
  return components;
}

interface ComponentPlace {
  readonly format: ParameterFormat;
  readonly maxBodyCharacters: number;
}

const componentParsers: Readonly<
  Record<DeclaredComponent['type'], (component: Parameters, place: ComponentPlace) => DeclaredComponent>
> = {
  HEADER: (component, { format }) => parseHeader(component, format),
  BODY: (component, { format, maxBodyCharacters }) =>
    parseBody(component, { format, maxCharacters: maxBodyCharacters }),
  FOOTER: parseFooter,
  BUTTONS: (component) => parseButtons(component),
  LIMITED_TIME_OFFER: parseOffer,
  CAROUSEL: (component, { format }) => parseCarousel(component, format),
  CALL_PERMISSION_REQUEST: () => ({ type: 'CALL_PERMISSION_REQUEST' }),
};
const componentTypes = Object.keys(componentParsers) as DeclaredComponent['type'][];

/** What goes with what. @throws GraphError */
function checkTogether(components: readonly DeclaredComponent[], category: TemplateCategory): void {
  const has = (type: DeclaredComponent['type']) => findComponent(components, type) !== null;
  if (!has('BODY')) throw parameterError('Param components must hold a BODY.');
  if (has('LIMITED_TIME_OFFER')) {
    if (category !== 'MARKETING') throw parameterError('Param category must be MARKETING for a limited time offer.');
    if (has('FOOTER')) throw parameterError('Param components must hold no FOOTER beside a LIMITED_TIME_OFFER.');
  }
  if (has('CAROUSEL') && (has('HEADER') || has('FOOTER') || has('BUTTONS')))
    throw parameterError('Param components must hold nothing but a BODY beside a CAROUSEL.');
}

import { Type } from 'typebox';
import { limits } from '@postern/protocol';
import { templateCategories, templateStatuses } from '../../templates/template.ts';
import { anyObject, fieldsOf, graphId, nodeOf, oneOf, open, text, time, unixSeconds } from '../shapes.ts';
import { templateFields, type TemplateField } from './template-fields.ts';

const componentTypes = [
  'HEADER',
  'BODY',
  'FOOTER',
  'BUTTONS',
  'LIMITED_TIME_OFFER',
  'CAROUSEL',
  'CALL_PERMISSION_REQUEST',
] as const;
const parameterFormat = oneOf(['POSITIONAL', 'NAMED']);

const button = Type.Object({ type: Type.String(), text: Type.Optional(Type.String()) }, open);

/** One part of a template; what it has beside its type depends on that (docs/reference/templates.md). */
const component = Type.Object(
  {
    type: oneOf(componentTypes),
    format: Type.Optional(oneOf(['TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'GIF', 'LOCATION', 'PRODUCT'])),
    text: Type.Optional(text(limits.maxTemplateTextCharacters)),
    example: Type.Optional(anyObject),
    buttons: Type.Optional(Type.Array(button, { maxItems: limits.maxTemplateButtons })),
    cards: Type.Optional(Type.Array(anyObject, { maxItems: limits.maxCarouselCards })),
    limited_time_offer: Type.Optional(anyObject),
  },
  open,
);

/** What is said of a template that is to be made. */
export const templateDefinition = {
  name: Type.String({ pattern: `^[a-z0-9_]{1,${limits.maxTemplateNameCharacters}}$` }),
  language: Type.String({ description: 'The code of a language: `en_US`.' }),
  category: oneOf(templateCategories),
  components: Type.Array(component, { minItems: 1, maxItems: componentTypes.length }),
  parameter_format: Type.Optional(parameterFormat),
  sub_category: Type.Optional(oneOf(['ORDER_DETAILS', 'ORDER_STATUS'])),
  message_send_ttl_seconds: Type.Optional(Type.Integer({ description: '-1 for as long as it can be.' })),
  cta_url_link_tracking_opted_out: Type.Optional(Type.Boolean()),
  allow_category_change: Type.Optional(Type.Boolean({ description: 'Changes nothing.' })),
};

/** The same of one that may be made in the words of the library. */
export const newTemplate = {
  ...templateDefinition,
  components: Type.Optional(templateDefinition.components),
  library_template_name: Type.Optional(text(limits.maxTemplateNameCharacters, 'In the place of components.')),
  library_template_button_inputs: Type.Optional(Type.Array(anyObject, { maxItems: limits.maxTemplateButtons })),
  library_template_body_inputs: Type.Optional(anyObject),
};

/** The parameter that says which fields of templates are shown. */
export const templateFieldsParameter = fieldsOf(templateFields);

/** A template as answers show it. */
export const shownTemplate = nodeOf<TemplateField>(templateFields, {
  id: graphId,
  name: Type.String(),
  parameter_format: parameterFormat,
  components: Type.Array(component),
  language: Type.String(),
  status: oneOf(templateStatuses),
  category: oneOf(templateCategories),
  sub_category: Type.String(),
  previous_category: oneOf(templateCategories),
  correct_category: oneOf(templateCategories),
  quality_score: Type.Object({ score: Type.String(), date: Type.Optional(unixSeconds) }),
  rejected_reason: Type.String(),
  rejection_reason: Type.String(),
  library_template_name: Type.String(),
  message_send_ttl_seconds: Type.Integer(),
  cta_url_link_tracking_opted_out: Type.Boolean(),
  source: Type.String(),
  last_updated_time: time,
});

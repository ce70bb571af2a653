import { templateCategories, type Template, type TemplateDefinition } from '../../templates/template.ts';
import { parameterError } from '../graph-errors.ts';
import type { Parameters } from '../parameters.ts';
import { findTtlSeconds, parseComponents, parseParameterFormat } from './template-definition.ts';

const editable = ['category', 'components', 'message_send_ttl_seconds', 'parameter_format'] as const;

/** Whether a request wants more changed than whether links are counted. */
export function isEdit(parameters: Parameters): boolean {
  return editable.some((name) => parameters.has(name));
}

/** Reads what `POST /{template}` makes of a template; what it leaves out stays (contract section 5.5). @throws GraphError */
export function parseEdit(parameters: Parameters, template: Template): TemplateDefinition {
  const category = parameters.findChoice('category', templateCategories) ?? template.category;
  const format = parseParameterFormat(parameters) ?? template.parameterFormat;
  const hasComponents = parameters.has('components');
  const isOtherKind = (category === 'AUTHENTICATION') !== (template.category === 'AUTHENTICATION');
  if (!hasComponents && (format !== template.parameterFormat || isOtherKind))
    throw parameterError('The parameter components is required.');
  return {
    ...template,
    category,
    parameterFormat: format,
    components: hasComponents
      ? parseComponents(parameters, { category, format, language: template.language })
      : template.components,
    ttlSeconds: findTtlSeconds(parameters, category) ?? template.ttlSeconds,
    // In its business's own words it is no template of the library any more.
    libraryName: hasComponents ? null : template.libraryName,
    isLinkTrackingOptedOut: parameters.findFlag('cta_url_link_tracking_opted_out') ?? template.isLinkTrackingOptedOut,
  };
}

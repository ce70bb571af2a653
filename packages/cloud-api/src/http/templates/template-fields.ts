import { gaps } from '../../contract/gaps.ts';
import type { Template } from '../../templates/template.ts';
import { parseFields, pickFields, type FieldList, type RequestedFields } from '../fields.ts';
import { graphTime } from '../graph-time.ts';
import type { Parameters } from '../parameters.ts';

/** The fields of a template. */
export const templateFields = {
  nodeType: 'WhatsAppMessageTemplate',
  all: [
    'id',
    'name',
    'parameter_format',
    'components',
    'language',
    'status',
    'category',
    'sub_category',
    'previous_category',
    'correct_category',
    'quality_score',
    'rejected_reason',
    'rejection_reason',
    'library_template_name',
    'message_send_ttl_seconds',
    'cta_url_link_tracking_opted_out',
    'source',
    'last_updated_time',
  ],
  unasked: ['name', 'parameter_format', 'components', 'language', 'status', 'category', 'sub_category', 'id'],
} as const satisfies FieldList<string>;

export type TemplateField = (typeof templateFields.all)[number];

/** The fields of templates that a request asks for. @throws GraphError */
export function parseTemplateFields(parameters: Parameters): RequestedFields<TemplateField> {
  return parseFields<TemplateField>(parameters, templateFields);
}

/** A template as the Graph shows it (contract section 5.5). */
export function describeTemplate(template: Template, fields: RequestedFields<TemplateField>): Record<string, unknown> {
  const { id, quality, qualityAtMs } = template;
  const values: Record<TemplateField, unknown> = {
    id,
    name: template.name,
    parameter_format: template.parameterFormat,
    components: template.components,
    language: template.language,
    status: template.status,
    category: template.category,
    sub_category: template.subCategory ?? undefined,
    previous_category: template.previousCategory ?? undefined,
    correct_category: template.correctCategory ?? undefined,
    quality_score: { score: quality, ...(qualityAtMs !== null && { date: Math.floor(qualityAtMs / 1000) }) },
    rejected_reason: template.rejectedReason ?? 'NONE',
    rejection_reason: template.rejectionNote ?? undefined,
    library_template_name: template.libraryName ?? undefined,
    message_send_ttl_seconds: template.ttlSeconds ?? undefined,
    cta_url_link_tracking_opted_out: template.isLinkTrackingOptedOut ?? undefined,
    source: gaps.templateSource,
    last_updated_time: graphTime(template.updatedAtMs),
  };
  return pickFields(values, fields, id);
}

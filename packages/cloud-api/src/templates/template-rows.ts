import type { Queryable } from '@postern/postgres';
import { newGraphId } from '../local-nodes/graph-id.ts';
import type { DeclaredComponent } from './component.ts';
import type { Review } from './review-policy.ts';
import type {
  ParameterFormat,
  Template,
  TemplateCategory,
  TemplateDefinition,
  TemplateQuality,
  TemplateStatus,
} from './template.ts';

/** How a new template begins. */
export interface NewTemplate {
  readonly wabaId: string;
  readonly definition: TemplateDefinition;
  readonly status: TemplateStatus;
  readonly reviewAtMs: number | null;
  readonly nowMs: number;
}

interface TemplateRow {
  waba_id: string;
  template_id: string;
  place: number;
  name: string;
  language: string;
  category: TemplateCategory;
  sub_category: TemplateDefinition['subCategory'];
  previous_category: TemplateCategory | null;
  correct_category: TemplateCategory | null;
  status: TemplateStatus;
  parameter_format: ParameterFormat;
  components: DeclaredComponent[];
  ttl_seconds: number | null;
  link_tracking_opted_out: boolean | null;
  library_name: string | null;
  quality: TemplateQuality;
  quality_at_ms: number | null;
  rejected_reason: string | null;
  rejection_note: string | null;
  was_approved: boolean;
  pauses: number;
  paused_until_ms: number | null;
  edits_at_ms: (number | string)[];
  updated_at_ms: number;
}

const columns = `waba_id, template_id, place, name, language, category, sub_category, previous_category, correct_category, status,
  parameter_format, components, ttl_seconds, link_tracking_opted_out, library_name, quality, quality_at_ms, rejected_reason,
  rejection_note, was_approved, pauses, paused_until_ms, edits_at_ms, updated_at_ms`;

/** Reads templates by a condition of ours, and whatever follows it. */
export async function selectTemplates(q: Queryable, rest: string, values: readonly unknown[]): Promise<Template[]> {
  const rows = await q.query<TemplateRow>(`SELECT ${columns} FROM message_templates ${rest}`, [...values]);
  return rows.map(templateOf);
}

function templateOf(row: TemplateRow): Template {
  return {
    id: row.template_id,
    wabaId: row.waba_id,
    place: row.place,
    name: row.name,
    language: row.language,
    category: row.category,
    subCategory: row.sub_category,
    previousCategory: row.previous_category,
    correctCategory: row.correct_category,
    status: row.status,
    parameterFormat: row.parameter_format,
    components: row.components,
    ttlSeconds: row.ttl_seconds,
    isLinkTrackingOptedOut: row.link_tracking_opted_out,
    libraryName: row.library_name,
    quality: row.quality,
    qualityAtMs: row.quality_at_ms,
    rejectedReason: row.rejected_reason,
    rejectionNote: row.rejection_note,
    wasApproved: row.was_approved,
    pauses: row.pauses,
    pausedUntilMs: row.paused_until_ms,
    editsAtMs: row.edits_at_ms.map(Number),
    updatedAtMs: row.updated_at_ms,
  };
}

/** Stores a new template. Its name and language must be free. */
export async function insertTemplate(q: Queryable, template: NewTemplate): Promise<Template> {
  const { wabaId, status, reviewAtMs, nowMs, definition } = template;
  const [row] = await q.query<TemplateRow>(
    `INSERT INTO message_templates (waba_id, template_id, name, language, category, sub_category, status, parameter_format,
       components, ttl_seconds, link_tracking_opted_out, was_approved, review_at_ms, created_at_ms, updated_at_ms, library_name)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15) RETURNING ${columns}`,
    [
      wabaId,
      newGraphId(),
      definition.name,
      definition.language,
      definition.category,
      definition.subCategory,
      status,
      definition.parameterFormat,
      JSON.stringify(definition.components),
      definition.ttlSeconds,
      definition.isLinkTrackingOptedOut,
      status === 'APPROVED',
      reviewAtMs,
      nowMs,
      definition.libraryName,
    ],
  );
  if (!row) throw new Error('A template was inserted and not returned.');
  return templateOf(row);
}

/** Stores what a template has become by an edit, and begins its review. */
export async function updateDefinition(q: Queryable, template: Template, review: Review): Promise<Template> {
  const [row] = await q.query<TemplateRow>(
    `UPDATE message_templates SET category = $3, parameter_format = $4, components = $5, ttl_seconds = $6,
       link_tracking_opted_out = $7, edits_at_ms = $8, updated_at_ms = $9, status = $10, review_at_ms = $11,
       was_approved = was_approved OR $10 = 'APPROVED', library_name = $12, rejected_reason = NULL, rejection_note = NULL, paused_until_ms = NULL
     WHERE waba_id = $1 AND template_id = $2 RETURNING ${columns}`,
    [
      template.wabaId,
      template.id,
      template.category,
      template.parameterFormat,
      JSON.stringify(template.components),
      template.ttlSeconds,
      template.isLinkTrackingOptedOut,
      template.editsAtMs,
      template.updatedAtMs,
      review.status,
      review.reviewAtMs,
      template.libraryName,
    ],
  );
  if (!row) throw new Error('A template that is held was not there to be edited.');
  return templateOf(row);
}

import { limits } from '@postern/protocol';
import type { Template, TemplateDefinition } from './template.ts';
import { TemplateError } from './template-error.ts';

/** What a template is to be from now on. */
export interface TemplateEdit {
  readonly definition: TemplateDefinition;
  readonly nowMs: number;
}

/**
 * The template as an edit makes it. Only one that was decided on can be edited, and one that is approved once a day and
 * ten times in 30 days; its category stays (contract section 5.5). @throws TemplateError
 */
export function editedTemplate(template: Template, { definition, nowMs }: TemplateEdit): Template {
  const { status, category } = template;
  if (status !== 'APPROVED' && status !== 'REJECTED' && status !== 'PAUSED') throw new TemplateError('not-editable');
  if (status !== 'REJECTED' && definition.category !== category) throw new TemplateError('category-fixed');
  if (status === 'REJECTED') return { ...template, ...definition, updatedAtMs: nowMs };
  const edits = template.editsAtMs.filter((atMs) => atMs > nowMs - limits.templateEditsCountedMs);
  const today = edits.filter((atMs) => atMs > nowMs - limits.templateEditPauseMs);
  if (today.length >= limits.maxTemplateEditsPerDay || edits.length >= limits.maxTemplateEditsPerMonth)
    throw new TemplateError('edited-too-often');
  return { ...template, ...definition, editsAtMs: [...edits, nowMs], updatedAtMs: nowMs };
}

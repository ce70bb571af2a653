import type { Transaction } from '@postern/postgres';
import { queueAccountEvent } from '../webhooks/events.ts';
import { findComponent } from './component.ts';
import type { Template, TemplateCategory, TemplateQuality, TemplateStatus } from './template.ts';

/** What happened to a template's status, in the words of contract section 4.6. */
export type StatusEvent = TemplateStatus | 'DELETED' | 'UNARCHIVED';

interface StatusChange {
  readonly event: StatusEvent;
  readonly nowMs: number;
  /** Which rung of the ladder of pauses, and why. */
  readonly other?: { readonly title: string; readonly description: string };
}

/** Says in webhooks what became of a template, inside the caller's transaction. */
export async function announceStatus(tx: Transaction, template: Template, change: StatusChange): Promise<void> {
  const { event, nowMs, other } = change;
  const { rejectedReason, rejectionNote } = template;
  const value = {
    event,
    ...namesOf(template),
    reason: event === 'REJECTED' ? (rejectedReason ?? 'NONE') : 'NONE',
    message_template_category: template.category,
    ...(event === 'DISABLED' && { disable_info: { disable_date: new Date(nowMs).toISOString().slice(0, 10) } }),
    ...(other && { other_info: other }),
    ...(event === 'REJECTED' &&
      rejectionNote !== null && {
        rejection_info: { reason: rejectionNote, recommendation: 'Edit the template and submit it again.' },
      }),
  };
  await announce(tx, template, { field: 'message_template_status_update', value, nowMs });
}

/** Says in webhooks that a template's quality is another. */
export async function announceQuality(
  tx: Transaction,
  template: Template,
  { previous, nowMs }: { previous: TemplateQuality; nowMs: number },
): Promise<void> {
  const value = { previous_quality_score: previous, new_quality_score: template.quality, ...namesOf(template) };
  // The contract's sample prints another field's name (gap A8).
  await announce(tx, template, { field: 'message_template_quality_update', value, nowMs });
}

/** Says in webhooks what a template says after it was edited. */
export async function announceComponents(tx: Transaction, template: Template, nowMs: number): Promise<void> {
  const { components } = template;
  const header = findComponent(components, 'HEADER');
  const footer = findComponent(components, 'FOOTER');
  const buttons = findComponent(components, 'BUTTONS')?.buttons ?? [];
  const value = {
    ...namesOf(template),
    ...(header?.format === 'TEXT' && { message_template_title: header.text }),
    message_template_element: findComponent(components, 'BODY')?.text ?? '',
    ...(footer && { message_template_footer: footer.text }),
    message_template_buttons: buttons.map((button) => ({
      message_template_button_type: button.type,
      message_template_button_text: button.text,
      ...(button.type === 'URL' && { message_template_button_url: button.url }),
      ...(button.type === 'PHONE_NUMBER' && { message_template_button_phone_number: button.phone_number }),
    })),
  };
  await announce(tx, template, { field: 'message_template_components_update', value, nowMs });
}

/** Says in webhooks that a template is going to be of another category. */
export async function announceComingCategory(
  tx: Transaction,
  template: Template,
  { correct, atMs, nowMs }: { correct: TemplateCategory; atMs: number; nowMs: number },
): Promise<void> {
  const value = {
    ...namesOf(template),
    // The contract's word for the category that it still has.
    new_category: template.category,
    correct_category: correct,
    category_update_timestamp: Math.floor(atMs / 1000),
  };
  await announce(tx, template, { field: 'template_category_update', value, nowMs });
}

/** Says in webhooks that a template is of another category now. */
export async function announceCategory(tx: Transaction, template: Template, nowMs: number): Promise<void> {
  const value = {
    ...namesOf(template),
    previous_category: template.previousCategory,
    new_category: template.category,
  };
  await announce(tx, template, { field: 'template_category_update', value, nowMs });
}

/** Ids of templates are numbers in webhooks (contract section 10.5); they are drawn small enough for that. */
function namesOf({ id, name, language }: Template): object {
  return { message_template_id: Number(id), message_template_name: name, message_template_language: language };
}

async function announce(
  tx: Transaction,
  { wabaId }: Template,
  { field, value, nowMs }: { field: string; value: object; nowMs: number },
): Promise<void> {
  await queueAccountEvent(tx, wabaId, { field, value, happenedAtMs: nowMs });
}

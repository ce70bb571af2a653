import type { Transaction } from '@postern/postgres';
import { limits } from '@postern/protocol';
import { announceStatus } from './template-events.ts';
import type { Template } from './template.ts';

/** Takes a template away. One that was approved leaves its name behind, locked. */
export async function removeTemplate(tx: Transaction, template: Template, nowMs: number): Promise<void> {
  const { wabaId, id, name, language, wasApproved } = template;
  await tx.execute('DELETE FROM message_templates WHERE waba_id = $1 AND template_id = $2', [wabaId, id]);
  if (wasApproved)
    await tx.execute(
      `INSERT INTO locked_template_names (waba_id, name, language, locked_until_ms) VALUES ($1, $2, $3, $4)
       ON CONFLICT (waba_id, name, language) DO UPDATE SET locked_until_ms = EXCLUDED.locked_until_ms`,
      [wabaId, name, language, nowMs + limits.templateNameLockMs],
    );
  await announceStatus(tx, template, { event: 'DELETED', nowMs });
}

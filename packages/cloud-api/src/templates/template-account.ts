import type { Queryable, Transaction } from '@postern/postgres';
import { limits } from '@postern/protocol';
import { helloWorld } from './hello-world.ts';
import { TemplateError } from './template-error.ts';
import { insertTemplate } from './template-rows.ts';

interface AccountRow {
  counted_since_ms: number;
  creations: number;
}

/**
 * Sees that a business account has the template that every account begins with. The Business Manager tells nobody of new
 * accounts, so this happens when the templates of one are first looked for. Deleted, it does not come back.
 */
export async function ensureTemplateAccount(tx: Transaction, wabaId: string, nowMs: number): Promise<void> {
  const isNew = await tx.execute(
    'INSERT INTO template_accounts (waba_id, counted_since_ms) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [wabaId, nowMs],
  );
  if (isNew > 0)
    await insertTemplate(tx, { wabaId, definition: helloWorld, status: 'APPROVED', reviewAtMs: null, nowMs });
}

/** Lets one transaction at a time change the templates of an account. */
export async function holdTemplateAccount(tx: Transaction, wabaId: string, nowMs: number): Promise<void> {
  await ensureTemplateAccount(tx, wabaId, nowMs);
  await tx.query('SELECT 1 FROM template_accounts WHERE waba_id = $1 FOR UPDATE', [wabaId]);
}

/** Counts one more creation of an account that is held. @throws TemplateError when there were too many */
export async function countCreation(tx: Transaction, wabaId: string, nowMs: number): Promise<void> {
  const [account] = await tx.query<AccountRow>(
    `UPDATE template_accounts SET
       counted_since_ms = CASE WHEN counted_since_ms > $2 - $3::bigint THEN counted_since_ms ELSE $2 END,
       creations = CASE WHEN counted_since_ms > $2 - $3::bigint THEN creations + 1 ELSE 1 END
     WHERE waba_id = $1 RETURNING counted_since_ms, creations`,
    [wabaId, nowMs, limits.hourMs],
  );
  if ((account?.creations ?? 0) > limits.maxTemplateCreationsPerHour) throw new TemplateError('too-many-in-an-hour');
  if ((await countTemplates(tx, wabaId)) >= limits.maxTemplatesPerBusinessAccount) throw new TemplateError('too-many');
}

/** How many templates an account has. */
export async function countTemplates(q: Queryable, wabaId: string): Promise<number> {
  const [row] = await q.query<{ templates: number }>(
    'SELECT count(*) AS templates FROM message_templates WHERE waba_id = $1',
    [wabaId],
  );
  return row?.templates ?? 0;
}

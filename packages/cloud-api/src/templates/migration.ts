import type { Transaction } from '@postern/postgres';
import { limits } from '@postern/protocol';
import { buttonsOf } from './component.ts';
import { countTemplates } from './template-account.ts';
import { announceStatus } from './template-events.ts';
import { insertTemplate, selectTemplates } from './template-rows.ts';
import type { Template } from './template.ts';

/** What became of the templates of another account: ids of theirs. */
export interface Migrated {
  readonly migrated: readonly string[];
  /** Why it was not copied, by id. */
  readonly failed: Readonly<Record<string, string>>;
}

/** Which of the source's templates, in their order. */
export interface MigratedPart {
  readonly skip: number;
  readonly take: number;
}

/**
 * Copies templates into an account that is held. They were approved, by the same operator: nobody reviews them again. What the
 * account has already, or may not have now, is left out.
 */
export async function migrateTemplates(
  tx: Transaction,
  { sourceId, wabaId, part, nowMs }: { sourceId: string; wabaId: string; part: MigratedPart; nowMs: number },
): Promise<Migrated> {
  const rest = "WHERE waba_id = $1 AND status = 'APPROVED' ORDER BY place OFFSET $2 LIMIT $3";
  const templates = await selectTemplates(tx, rest, [sourceId, part.skip, part.take]);
  const migrated: string[] = [];
  const failed: Record<string, string> = {};
  let count = await countTemplates(tx, wabaId);
  for (const template of templates) {
    const obstacle =
      count >= limits.maxTemplatesPerBusinessAccount
        ? 'The business account has as many templates as it can have.'
        : await findObstacle(tx, wabaId, { template, nowMs });
    if (obstacle !== null) {
      failed[template.id] = obstacle;
      continue;
    }
    const copy = await insertTemplate(tx, {
      wabaId,
      definition: template,
      status: 'APPROVED',
      reviewAtMs: null,
      nowMs,
    });
    await announceStatus(tx, copy, { event: 'APPROVED', nowMs });
    migrated.push(template.id);
    count += 1;
  }
  return { migrated, failed };
}

async function findObstacle(
  tx: Transaction,
  wabaId: string,
  { template, nowMs }: { template: Template; nowMs: number },
): Promise<string | null> {
  const { name, language, quality, components } = template;
  if (quality === 'RED' || quality === 'YELLOW') return 'The quality of the template is not good enough.';
  // Flows belong to the account that made them.
  if (buttonsOf(components).some(({ type }) => type === 'FLOW')) return 'The template leads to a flow of its account.';
  const [taken] = await tx.query<{ is_locked: boolean }>(
    `SELECT false AS is_locked FROM message_templates WHERE waba_id = $1 AND name = $2 AND language = $3
     UNION ALL
     SELECT true FROM locked_template_names
     WHERE waba_id = $1 AND name = $2 AND language = $3 AND locked_until_ms > $4`,
    [wabaId, name, language, nowMs],
  );
  if (!taken) return null;
  return taken.is_locked
    ? 'A template of this name in this language was deleted a short while ago.'
    : 'There is a template of this name in this language already.';
}

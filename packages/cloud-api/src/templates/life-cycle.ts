import type { Database, Transaction } from '@postern/postgres';
import { limits, type Clock } from '@postern/protocol';
import { holdTemplateAccount } from './template-account.ts';
import {
  announceCategory,
  announceComingCategory,
  announceQuality,
  announceStatus,
  type StatusEvent,
} from './template-events.ts';
import { selectTemplates } from './template-rows.ts';
import { removeTemplate } from './template-removal.ts';
import type { Template, TemplateCategory, TemplateQuality, TemplateStatus } from './template.ts';

/** Why an operator rejects a template, in the words of contract section 4.6. */
export const rejectionReasons = [
  'ABUSIVE_CONTENT',
  'INCORRECT_CATEGORY',
  'INVALID_FORMAT',
  'PROMOTIONAL',
  'SCAM',
  'TAG_CONTENT_MISMATCH',
] as const;

export type RejectionReason = (typeof rejectionReasons)[number];

/** What an operator, time or a business decides about a template that is there. */
export type TemplateDecision =
  | { readonly kind: 'approve' }
  | { readonly kind: 'reject'; readonly reason: RejectionReason; readonly note: string | null }
  | { readonly kind: 'pause' }
  | { readonly kind: 'unpause' }
  | { readonly kind: 'disable' }
  | { readonly kind: 'archive' }
  | { readonly kind: 'unarchive' }
  | { readonly kind: 'quality'; readonly quality: TemplateQuality }
  | { readonly kind: 'category'; readonly category: TemplateCategory }
  | { readonly kind: 'coming-category'; readonly category: TemplateCategory; readonly atMs: number };

/** The statuses in which a template can be decided on so. */
const fromStatuses: Readonly<Record<TemplateDecision['kind'], readonly TemplateStatus[]>> = {
  approve: ['PENDING', 'REJECTED', 'DISABLED'],
  reject: ['PENDING', 'APPROVED', 'PAUSED'],
  pause: ['APPROVED'],
  unpause: ['PAUSED'],
  disable: ['APPROVED', 'PAUSED', 'PENDING'],
  archive: ['APPROVED'],
  unarchive: ['ARCHIVED'],
  quality: ['APPROVED', 'PAUSED', 'DISABLED'],
  category: ['APPROVED', 'PENDING', 'REJECTED', 'PAUSED'],
  'coming-category': ['APPROVED', 'PAUSED'],
};

// The ladder of contract section 5.5; whoever is paused once more is disabled.
const pauses = [
  { title: 'FIRST_PAUSE', forMs: limits.templateFirstPauseMs },
  { title: 'SECOND_PAUSE', forMs: limits.templateSecondPauseMs },
] as const;

/** Everything that happens to a template after it was submitted. */
export class TemplateLifeCycle {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: { db: Database; clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Carries a decision out and announces it; null when the template is gone, false when it is in no such state. */
  decide(
    { wabaId, id }: Pick<Template, 'wabaId' | 'id'>,
    decision: TemplateDecision,
  ): Promise<Template | false | null> {
    const nowMs = this.#clock.now();
    return this.#db.transaction(async (tx) => {
      await holdTemplateAccount(tx, wabaId, nowMs);
      const [template] = await selectTemplates(tx, 'WHERE waba_id = $1 AND template_id = $2', [wabaId, id]);
      if (!template) return null;
      if (!fromStatuses[decision.kind].includes(template.status)) return false;
      return carryOut(tx, template, { decision, nowMs });
    });
  }

  /** Every template of this state, whosever it is, oldest first. */
  list(status: TemplateStatus): Promise<Template[]> {
    const rest = `WHERE status = $1 ORDER BY place LIMIT ${limits.maxTemplatesPerLook}`;
    return selectTemplates(this.#db, rest, [status]);
  }

  /** A template, whosever it is. */
  async find(templateId: string): Promise<Template | null> {
    return (await selectTemplates(this.#db, 'WHERE template_id = $1', [templateId]))[0] ?? null;
  }

  /** Carries out what is due by now: reviews that wait for time to pass, pauses that are over, archives and locks. */
  async runDue(): Promise<void> {
    const nowMs = this.#clock.now();
    await this.#decideDue('review_at_ms <= $1', nowMs, { kind: 'approve' });
    await this.#decideDue('paused_until_ms <= $1', nowMs, { kind: 'unpause' });
    const archived = await this.#due('archived_at_ms <= $1', nowMs - limits.templateArchivedMs);
    for (const template of archived)
      await this.#db.transaction(async (tx) => {
        await holdTemplateAccount(tx, template.wabaId, nowMs);
        await removeTemplate(tx, template, nowMs);
      });
    await this.#db.execute('DELETE FROM locked_template_names WHERE locked_until_ms <= $1', [nowMs]);
  }

  async #decideDue(condition: string, nowMs: number, decision: TemplateDecision): Promise<void> {
    for (const template of await this.#due(condition, nowMs)) await this.decide(template, decision);
  }

  #due(condition: string, atMs: number): Promise<Template[]> {
    return selectTemplates(this.#db, `WHERE ${condition} ORDER BY place LIMIT ${limits.maxTemplatesPerLook}`, [atMs]);
  }
}

interface Carrying {
  readonly decision: TemplateDecision;
  readonly nowMs: number;
}

type Act<Decision> = (
  tx: Transaction,
  template: Template,
  carrying: { decision: Decision; nowMs: number },
) => Promise<Template>;
type DecisionOf<Kind extends TemplateDecision['kind']> = Extract<TemplateDecision, { kind: Kind }>;

function carryOut(tx: Transaction, template: Template, carrying: Carrying): Promise<Template> {
  const act = acts[carrying.decision.kind] as Act<TemplateDecision>;
  return act(tx, template, carrying);
}

const acts: { readonly [Kind in TemplateDecision['kind']]: Act<DecisionOf<Kind>> } = {
  approve: (tx, template, { nowMs }) => setStatus(tx, template, { status: 'APPROVED', nowMs }),
  reject(tx, template, { decision: { reason, note }, nowMs }) {
    const rejected = { ...template, rejectedReason: reason, rejectionNote: note };
    return setStatus(tx, rejected, { status: 'REJECTED', nowMs });
  },
  pause: (tx, template, { nowMs }) => pause(tx, template, nowMs),
  unpause(tx, template, { nowMs }) {
    const other = { title: 'UNPAUSE', description: 'The pause of this template is over.' };
    return setStatus(tx, template, { status: 'APPROVED', nowMs, other });
  },
  disable: (tx, template, { nowMs }) => setStatus(tx, template, { status: 'DISABLED', nowMs }),
  archive: (tx, template, { nowMs }) => setStatus(tx, template, { status: 'ARCHIVED', nowMs }),
  unarchive: (tx, template, { nowMs }) => setStatus(tx, template, { status: 'APPROVED', nowMs, event: 'UNARCHIVED' }),
  quality: (tx, template, { decision: { quality }, nowMs }) => setQuality(tx, template, { quality, nowMs }),
  category: (tx, template, { decision: { category }, nowMs }) => setCategory(tx, template, { category, nowMs }),
  async 'coming-category'(tx, template, { decision: { category, atMs }, nowMs }) {
    await tx.execute('UPDATE message_templates SET correct_category = $3 WHERE waba_id = $1 AND template_id = $2', [
      template.wabaId,
      template.id,
      category,
    ]);
    await announceComingCategory(tx, template, { correct: category, atMs, nowMs });
    return { ...template, correctCategory: category };
  },
};

interface NewStatus {
  readonly status: TemplateStatus;
  readonly nowMs: number;
  readonly event?: StatusEvent;
  readonly pausedUntilMs?: number;
  readonly other?: { title: string; description: string };
}

async function setStatus(tx: Transaction, template: Template, change: NewStatus): Promise<Template> {
  const { status, nowMs, event = status, pausedUntilMs = null, other } = change;
  const isRejected = status === 'REJECTED';
  const changed: Template = {
    ...template,
    status,
    pausedUntilMs,
    wasApproved: template.wasApproved || status === 'APPROVED',
    rejectedReason: isRejected ? template.rejectedReason : null,
    rejectionNote: isRejected ? template.rejectionNote : null,
    pauses: template.pauses + (status === 'PAUSED' ? 1 : 0),
    updatedAtMs: nowMs,
  };
  await tx.execute(
    `UPDATE message_templates SET status = $3, paused_until_ms = $4, was_approved = $5, rejected_reason = $6,
       rejection_note = $7, pauses = $8, updated_at_ms = $9, archived_at_ms = $10, review_at_ms = NULL
     WHERE waba_id = $1 AND template_id = $2`,
    [
      template.wabaId,
      template.id,
      status,
      pausedUntilMs,
      changed.wasApproved,
      changed.rejectedReason,
      changed.rejectionNote,
      changed.pauses,
      nowMs,
      status === 'ARCHIVED' ? nowMs : null,
    ],
  );
  await announceStatus(tx, changed, { event, nowMs, ...(other && { other }) });
  return changed;
}

/** One rung further down the ladder. */
function pause(tx: Transaction, template: Template, nowMs: number): Promise<Template> {
  const rung = pauses[template.pauses];
  if (!rung) {
    const other = { title: 'DISABLED', description: 'The quality of this template was low once more.' };
    return setStatus(tx, template, { status: 'DISABLED', nowMs, other });
  }
  const hours = rung.forMs / limits.hourMs;
  const other = {
    title: rung.title,
    description: `This template is paused for ${hours} hours because of its quality.`,
  };
  return setStatus(tx, template, { status: 'PAUSED', nowMs, pausedUntilMs: nowMs + rung.forMs, other });
}

async function setQuality(
  tx: Transaction,
  template: Template,
  { quality, nowMs }: { quality: TemplateQuality; nowMs: number },
): Promise<Template> {
  await tx.execute(
    'UPDATE message_templates SET quality = $3, quality_at_ms = $4 WHERE waba_id = $1 AND template_id = $2',
    [template.wabaId, template.id, quality, nowMs],
  );
  const changed = { ...template, quality, qualityAtMs: nowMs };
  if (quality !== template.quality) await announceQuality(tx, changed, { previous: template.quality, nowMs });
  return quality === 'RED' && template.status === 'APPROVED' ? pause(tx, changed, nowMs) : changed;
}

async function setCategory(
  tx: Transaction,
  template: Template,
  { category, nowMs }: { category: TemplateCategory; nowMs: number },
): Promise<Template> {
  await tx.execute(
    `UPDATE message_templates SET category = $3, previous_category = $4, correct_category = NULL, updated_at_ms = $5
     WHERE waba_id = $1 AND template_id = $2`,
    [template.wabaId, template.id, category, template.category, nowMs],
  );
  const changed = { ...template, category, previousCategory: template.category, correctCategory: null };
  if (category !== template.category) await announceCategory(tx, changed, nowMs);
  return changed;
}

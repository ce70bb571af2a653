import type { Database, Transaction } from '@postern/postgres';
import type { Clock } from '@postern/protocol';
import { editedTemplate, type TemplateEdit } from './edit.ts';
import { reviewOf, type ReviewPolicy } from './review-policy.ts';
import { countCreation, countTemplates, ensureTemplateAccount, holdTemplateAccount } from './template-account.ts';
import type { Template, TemplateDefinition } from './template.ts';
import { TemplateError } from './template-error.ts';
import { boundOf, cutWindow, type Window } from '../contract/list-window.ts';
import { migrateTemplates, type Migrated, type MigratedPart } from './migration.ts';
import { removeTemplate } from './template-removal.ts';
import { announceComponents, announceStatus } from './template-events.ts';
import { filterCondition, type TemplateFilter } from './template-filter.ts';
import { insertTemplate, selectTemplates, updateDefinition } from './template-rows.ts';

export interface TemplatePage {
  readonly templates: readonly Template[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

interface TemplatesOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly policy: ReviewPolicy;
}

/** The message templates of every business account (contract section 5.5). What changes is announced in the same transaction. */
export class Templates {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #policy: ReviewPolicy;

  constructor({ db, clock, policy }: TemplatesOptions) {
    this.#db = db;
    this.#clock = clock;
    this.#policy = policy;
  }

  /** A template of one of these accounts; null when they have none of this id. */
  async find(wabaIds: readonly string[], templateId: string): Promise<Template | null> {
    const rest = 'WHERE template_id = $1 AND waba_id = ANY($2)';
    return (await selectTemplates(this.#db, rest, [templateId, wabaIds]))[0] ?? null;
  }

  /** The template of this name in this very language, whatever its status. */
  async findNamed(wabaId: string, name: string, language: string): Promise<Template | null> {
    const find = async () => {
      const rest = 'WHERE waba_id = $1 AND name = $2 AND language = $3';
      return (await selectTemplates(this.#db, rest, [wabaId, name, language]))[0] ?? null;
    };
    const found = await find();
    if (found) return found;
    await this.#ensureAccount(wabaId);
    return find();
  }

  async list(wabaId: string, filter: TemplateFilter, window: Window): Promise<TemplatePage> {
    await this.#ensureAccount(wabaId);
    const { sql, values } = filterCondition(wabaId, filter);
    const { bound, isBackwards, rows } = boundOf(window);
    const edge = bound === null ? '' : `AND place ${isBackwards ? '<' : '>'} ${bound}`;
    const rest = `WHERE ${sql} ${edge} ORDER BY place ${isBackwards ? 'DESC' : ''} LIMIT ${rows}`;
    const found = await selectTemplates(this.#db, rest, values);
    const { items: templates, ...ends } = cutWindow(found, window);
    return { templates, ...ends };
  }

  /** How many templates there are, and how many of them pass the filter. */
  async count(wabaId: string, filter: TemplateFilter): Promise<{ all: number; filtered: number }> {
    const { sql, values } = filterCondition(wabaId, filter);
    const [row] = await this.#db.query<{ found: number }>(
      `SELECT count(*) AS found FROM message_templates WHERE ${sql}`,
      values,
    );
    return { all: await countTemplates(this.#db, wabaId), filtered: row?.found ?? 0 };
  }

  /** Makes a template, and lets it be reviewed. @throws TemplateError */
  create(wabaId: string, definition: TemplateDefinition): Promise<Template> {
    return this.#change(wabaId, (tx, nowMs) => this.#create(tx, { wabaId, definition, nowMs }));
  }

  /**
   * Makes templates, or replaces the components of those there are, one for each language; all of them or none.
   * @throws TemplateError
   */
  upsert(wabaId: string, definitions: readonly TemplateDefinition[]): Promise<Template[]> {
    return this.#change(wabaId, async (tx, nowMs) => {
      const made: Template[] = [];
      for (const definition of definitions) {
        const { name, language } = definition;
        const rest = 'WHERE waba_id = $1 AND name = $2 AND language = $3';
        const [found] = await selectTemplates(tx, rest, [wabaId, name, language]);
        made.push(
          found
            ? await this.#edit(tx, found, { definition, nowMs })
            : await this.#create(tx, { wabaId, definition, nowMs }),
        );
      }
      return made;
    });
  }

  /** Copies the approved templates of another account, as far as they fit. */
  async migrate(sourceId: string, wabaId: string, part: MigratedPart): Promise<Migrated> {
    await this.#ensureAccount(sourceId);
    return this.#change(wabaId, (tx, nowMs) => migrateTemplates(tx, { sourceId, wabaId, part, nowMs }));
  }

  /** Changes a template and lets it be reviewed again; null when it is gone. @throws TemplateError */
  edit(
    { wabaId, id }: Pick<Template, 'wabaId' | 'id'>,
    edit: (template: Template) => TemplateDefinition,
  ): Promise<Template | null> {
    return this.#change(wabaId, async (tx, nowMs) => {
      const [template] = await selectTemplates(tx, 'WHERE waba_id = $1 AND template_id = $2', [wabaId, id]);
      return template ? this.#edit(tx, template, { definition: edit(template), nowMs }) : null;
    });
  }

  /** Says whether links of a template may be counted. That is no edit: nobody has to review it. */
  async setLinkTracking({ wabaId, id }: Pick<Template, 'wabaId' | 'id'>, isOptedOut: boolean): Promise<void> {
    await this.#db.execute(
      'UPDATE message_templates SET link_tracking_opted_out = $3 WHERE waba_id = $1 AND template_id = $2',
      [wabaId, id, isOptedOut],
    );
  }

  /** Removes the templates of this name, or of these ids, and locks the names of those that were approved. */
  remove(
    wabaId: string,
    { name, ids }: { name: string | null; ids: readonly string[] | null },
  ): Promise<readonly Template[]> {
    return this.#change(wabaId, async (tx, nowMs) => {
      const rest =
        'WHERE waba_id = $1 AND ($2::text IS NULL OR name = $2) AND ($3::text[] IS NULL OR template_id = ANY($3))';
      const templates = await selectTemplates(tx, rest, [wabaId, name, ids]);
      for (const template of templates) await removeTemplate(tx, template, nowMs);
      return templates;
    });
  }

  async #ensureAccount(wabaId: string): Promise<void> {
    const known = await this.#db.query('SELECT 1 FROM template_accounts WHERE waba_id = $1', [wabaId]);
    if (known.length === 0) await this.#db.transaction((tx) => ensureTemplateAccount(tx, wabaId, this.#clock.now()));
  }

  #change<Result>(wabaId: string, change: (tx: Transaction, nowMs: number) => Promise<Result>): Promise<Result> {
    const nowMs = this.#clock.now();
    return this.#db.transaction(async (tx) => {
      await holdTemplateAccount(tx, wabaId, nowMs);
      return change(tx, nowMs);
    });
  }

  async #create(
    tx: Transaction,
    { wabaId, definition, nowMs }: { wabaId: string; definition: TemplateDefinition; nowMs: number },
  ) {
    const key = [wabaId, definition.name, definition.language];
    const taken = await tx.query(
      'SELECT 1 FROM message_templates WHERE waba_id = $1 AND name = $2 AND language = $3',
      key,
    );
    if (taken.length > 0) throw new TemplateError('exists');
    const locked = await tx.query(
      'SELECT 1 FROM locked_template_names WHERE waba_id = $1 AND name = $2 AND language = $3 AND locked_until_ms > $4',
      [...key, nowMs],
    );
    if (locked.length > 0) throw new TemplateError('name-locked');
    await countCreation(tx, wabaId, nowMs);
    const template = await insertTemplate(tx, { wabaId, definition, nowMs, ...reviewOf(this.#policy, nowMs) });
    await announceStatus(tx, template, { event: template.status, nowMs });
    return template;
  }

  async #edit(tx: Transaction, template: Template, edit: TemplateEdit): Promise<Template> {
    const review = reviewOf(this.#policy, edit.nowMs);
    const edited = await updateDefinition(tx, editedTemplate(template, edit), review);
    await announceComponents(tx, edited, edit.nowMs);
    await announceStatus(tx, edited, { event: edited.status, nowMs: edit.nowMs });
    return edited;
  }
}

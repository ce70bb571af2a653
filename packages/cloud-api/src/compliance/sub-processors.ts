import type { Database, Queryable } from '@postern/postgres';
import type { Clock } from '@postern/protocol';
import type { AuditTrail } from '../audit/audit-trail.ts';
import { queueAccountEvents } from '../webhooks/events.ts';
import { announced, compareLists, declareNext, firstEffect, inForce, type DeclaredList } from './sub-processor-list.ts';
import { describeSubProcessor, type SubProcessor } from './sub-processor.ts';

/** The field of the webhook that announces a change of the list. */
const noticeField = 'sub_processors';

/** The list as it stands at a time. */
export interface SubProcessorsNow {
  readonly version: number;
  readonly declaredAtMs: number;
  readonly inForce: readonly SubProcessor[];
  readonly announced: readonly SubProcessor[];
}

interface VersionRow {
  version: number;
  declared_at_ms: number;
  entries: SubProcessor[];
  standing: SubProcessor[];
}

/** The declared sub-processors, version by version. */
export class SubProcessors {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #audit: AuditTrail;

  constructor({ db, clock, audit }: { db: Database; clock: Clock; audit: AuditTrail }) {
    this.#db = db;
    this.#clock = clock;
    this.#audit = audit;
  }

  /**
   * Stores this list as a new version when it differs from the newest, and announces the change to every app that
   * subscribed to it, in one transaction. Of several processes that declare the same list, one does it. Returns the
   * newest version. Null says that there is no list.
   * @throws ConfigError when it may not be declared; nothing is stored then
   */
  declare(entries: readonly SubProcessor[] | null): Promise<number> {
    return this.#db.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('sub_processor_versions'))`);
      const previous = await findNewest(tx);
      const next = declareNext(previous, entries, this.#clock.now());
      if (!next) return previous?.version ?? 0;
      await this.#audit.record(tx, { kind: 'administrative-act', details: { act: 'sub-processors-declared' } });
      await store(tx, next);
      if (previous) await announce(tx, previous, next);
      return next.version;
    });
  }

  /** Who is in force now, and who is announced. */
  async get(): Promise<SubProcessorsNow> {
    const list = await findNewest(this.#db);
    if (!list) throw new Error('No list of sub-processors was declared.');
    const nowMs = this.#clock.now();
    const { version, declaredAtMs } = list;
    return { version, declaredAtMs, inForce: inForce(list, nowMs), announced: announced(list, nowMs) };
  }
}

async function findNewest(q: Queryable): Promise<DeclaredList | null> {
  const [row] = await q.query<VersionRow>(
    'SELECT version, declared_at_ms, entries, standing FROM sub_processor_versions ORDER BY version DESC LIMIT 1',
  );
  if (!row) return null;
  const { version, declared_at_ms: declaredAtMs, entries, standing } = row;
  return { version, declaredAtMs, entries, standing };
}

async function store(tx: Queryable, { version, declaredAtMs, entries, standing }: DeclaredList): Promise<void> {
  await tx.query(
    'INSERT INTO sub_processor_versions (version, declared_at_ms, entries, standing) VALUES ($1, $2, $3, $4)',
    [version, declaredAtMs, JSON.stringify(entries), JSON.stringify(standing)],
  );
}

async function announce(tx: Queryable, previous: DeclaredList, next: DeclaredList): Promise<void> {
  const changes = compareLists(previous, next.entries);
  const value = {
    version: next.version,
    effective_from: firstEffect(changes, next.declaredAtMs),
    added: changes.added.map(describeSubProcessor),
    removed: changes.removed.map(describeSubProcessor),
    changed: changes.changed.map(describeSubProcessor),
  };
  await queueAccountEvents(tx, { field: noticeField, value, happenedAtMs: next.declaredAtMs });
}

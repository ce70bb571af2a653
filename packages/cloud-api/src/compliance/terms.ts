import type { Database } from '@postern/postgres';
import { limits, type Clock } from '@postern/protocol';
import type { AuditTrail } from '../audit/audit-trail.ts';

/** The terms of processing that the operator offers now. */
export interface TermsInForce {
  readonly version: string;
  /** Where they can be read; null when the operator has not said. */
  readonly url: string | null;
}

/** That a business accepted one version of the terms. */
export interface AcceptedTerms {
  readonly version: string;
  readonly acceptedAtMs: number;
  /** The system user who did it, and the app they did it with. */
  readonly acceptedBy: string;
  readonly appId: string;
}

interface AcceptedRow {
  version: string;
  accepted_at_ms: number;
  accepted_by: string;
  app_id: string;
}

interface TermsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly audit: AuditTrail;
  readonly inForce: TermsInForce;
}

/** Which terms each business has accepted. What was accepted stays; the first acceptance of a version counts. */
export class Terms {
  readonly inForce: TermsInForce;
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #audit: AuditTrail;

  constructor({ db, clock, audit, inForce }: TermsOptions) {
    this.#db = db;
    this.#clock = clock;
    this.#audit = audit;
    this.inForce = inForce;
  }

  /** Notes that the business accepts this version. False when it is not the one in force: then nothing is noted. */
  async accept(wabaId: string, { version, acceptedBy, appId }: Omit<AcceptedTerms, 'acceptedAtMs'>): Promise<boolean> {
    if (version !== this.inForce.version) return false;
    await this.#db.transaction(async (tx) => {
      const added = await tx.execute(
        `INSERT INTO accepted_terms (waba_id, version, accepted_at_ms, accepted_by, app_id)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
        [wabaId, version, this.#clock.now(), acceptedBy, appId],
      );
      if (added > 0) await this.#audit.record(tx, { kind: 'terms-accepted', wabaId, details: { app_id: appId } });
    });
    return true;
  }

  /** What the business has accepted, the newest first. */
  async list(wabaId: string): Promise<AcceptedTerms[]> {
    const rows = await this.#db.query<AcceptedRow>(
      `SELECT version, accepted_at_ms, accepted_by, app_id FROM accepted_terms WHERE waba_id = $1
       ORDER BY accepted_at_ms DESC, version DESC LIMIT $2`,
      [wabaId, limits.maxAcceptedTermsListed],
    );
    return rows.map(({ version, accepted_at_ms: acceptedAtMs, accepted_by: acceptedBy, app_id: appId }) => {
      return { version, acceptedAtMs, acceptedBy, appId };
    });
  }
}

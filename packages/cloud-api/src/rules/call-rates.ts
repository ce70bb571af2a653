import { limits, type Clock } from '@postern/protocol';
import type { Queryable } from '@postern/postgres';

/** How far an app has used up its calls of an hour. */
export interface CallUsage {
  /** Null where they are counted for the app as a whole. */
  readonly wabaId: string | null;
  readonly calls: number;
  readonly maxCalls: number;
  readonly endsInMs: number;
}

interface Hour {
  readonly endsAtMs: number;
  calls: number;
  maxCalls: number;
  /** When was looked last how many there may be, and until that is known. */
  lookedAtMs: number;
  looking: Promise<void>;
}

/**
 * How many management calls an app may make for an account in an hour (contract section 1.7). An hour begins with the first call of it. What it knows is in memory: each process that answers counts for
 * itself, and begins anew when it starts.
 */
export class CallRates {
  readonly #db: Queryable;
  readonly #clock: Clock;
  readonly #hours = new Map<string, Hour>();

  constructor({ db, clock }: { db: Queryable; clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Counts a call, also one too many: then `calls` is more than `maxCalls`. */
  async countCall(appId: string, wabaId: string | null): Promise<CallUsage> {
    const hour = this.#hour(`${appId}/${wabaId ?? ''}`, wabaId === null ? limits.appCallsPerHour : 0);
    hour.calls += 1;
    const { calls, endsAtMs } = hour;
    if (wabaId !== null && calls > hour.maxCalls) await this.#look(hour, wabaId);
    return { wabaId, calls, maxCalls: hour.maxCalls, endsInMs: endsAtMs - this.#clock.now() };
  }

  #hour(key: string, maxCalls: number): Hour {
    const nowMs = this.#clock.now();
    const found = this.#hours.get(key);
    if (found && found.endsAtMs > nowMs) return found;
    this.#hours.delete(key);
    const [oldest] = this.#hours.keys();
    if (this.#hours.size >= limits.maxTrackedCallers && oldest !== undefined) this.#hours.delete(oldest);
    const made = {
      endsAtMs: nowMs + limits.hourMs,
      calls: 0,
      maxCalls,
      lookedAtMs: -Infinity,
      looking: Promise.resolve(),
    };
    this.#hours.set(key, made);
    return made;
  }

  /** An account with a registered number has more calls, from within a minute on. */
  #look(hour: Hour, wabaId: string): Promise<void> {
    const nowMs = this.#clock.now();
    if (nowMs - hour.lookedAtMs < limits.callLimitLookMs) return hour.looking;
    hour.lookedAtMs = nowMs;
    hour.looking = this.#readLimit(hour, wabaId).catch((error: unknown) => {
      hour.lookedAtMs = -Infinity;
      throw error;
    });
    return hour.looking;
  }

  async #readLimit(hour: Hour, wabaId: string): Promise<void> {
    const [registered] = await this.#db.query(
      `SELECT 1 FROM numbers WHERE waba_id = $1 AND state = 'registered' LIMIT 1`,
      [wabaId],
    );
    hour.maxCalls = registered ? limits.registeredAccountCallsPerHour : limits.accountCallsPerHour;
  }
}

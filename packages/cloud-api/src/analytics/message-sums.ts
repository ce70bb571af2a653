import type { Database } from '@postern/postgres';
import { limits } from '@postern/protocol';
import type { MessageCategory } from '../messages/message-record.ts';
import type { Happening } from './message-counts.ts';

/** By what sums can be told apart. */
const columns = {
  phoneNumberId: 'phone_number_id',
  country: 'country',
  category: 'category',
  templateId: 'template_id',
  button: 'button',
} as const;

export type SumDimension = keyof typeof columns;

/** Which of the counts are meant, and how they are to be added up. */
export interface SumsWanted {
  readonly wabaId: string;
  readonly happened: readonly Happening[];
  /** Half hours since 1970: the first, and the first that is not meant any more. */
  readonly from: number;
  readonly until: number;
  /** How many half hours are added up to one sum: 1, or 48 for days in UTC. */
  readonly halfHours: 1 | 48;
  readonly by: readonly SumDimension[];
  /** All of them where it is null. */
  readonly only: {
    readonly phoneNumberIds: readonly string[] | null;
    readonly countries: readonly string[] | null;
    readonly categories: readonly MessageCategory[] | null;
    readonly templateIds: readonly string[] | null;
  };
}

/** How often something happened in one piece of time. What it was not told apart by is left out. */
export interface MessageSum {
  /** The first half hour of the piece. */
  readonly halfHour: number;
  readonly happened: Happening;
  readonly count: number;
  readonly phoneNumberId?: string;
  readonly country?: string;
  readonly category?: MessageCategory;
  readonly templateId?: string;
  readonly button?: number;
}

/** More sums than one answer may have. */
export class TooManySumsError extends Error {
  override readonly name = 'TooManySumsError';
  readonly retryable = false;
}

/** Adds the counts of a business account up. */
export class MessageSums {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** In the order of time. Nothing in it says zero: what did not happen is not there. @throws TooManySumsError */
  async list({ wabaId, happened, from, until, halfHours, by, only }: SumsWanted): Promise<MessageSum[]> {
    const told = by.map((dimension) => columns[dimension]);
    const shown = by.map((dimension) => `${columns[dimension]} AS "${dimension}"`);
    const rows = await this.#db.query<MessageSum>(
      `SELECT half_hour - half_hour % $5 AS "halfHour", happened, sum(count)::bigint AS count${shown.map((each) => `, ${each}`).join('')}
       FROM message_counts
       WHERE waba_id = $1 AND half_hour >= $2 AND half_hour < $3 AND happened = ANY($4)
         AND ($6::text[] IS NULL OR phone_number_id = ANY($6)) AND ($7::text[] IS NULL OR country = ANY($7))
         AND ($8::text[] IS NULL OR category = ANY($8)) AND ($9::text[] IS NULL OR template_id = ANY($9))
       GROUP BY 1, 2${told.map((each) => `, ${each}`).join('')}
       ORDER BY ${['1', '2', ...told].join(', ')} LIMIT $10`,
      [
        wabaId,
        from,
        until,
        happened,
        halfHours,
        only.phoneNumberIds,
        only.countries,
        only.categories,
        only.templateIds,
        limits.maxSumsPerAnswer + 1,
      ],
    );
    if (rows.length > limits.maxSumsPerAnswer)
      throw new TooManySumsError('There are more sums than an answer may have.');
    return rows;
  }
}

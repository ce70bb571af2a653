import type { Database } from '@postern/postgres';
import { limits, type Clock } from '@postern/protocol';
import { gaps } from '../contract/gaps.ts';
import { countFirstContacts } from '../rules/first-contacts.ts';
import { messagingLimits, type MessagingLimit } from '../rules/messaging-limit.ts';
import { healthStatus, type HealthEntity, type HealthStatus } from './health-status.ts';

/** An account, with whose it is and who asks. */
export interface HealthSubject {
  readonly wabaId: string;
  readonly businessId: string;
  readonly appId: string;
}

interface HealthOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly messagingLimit: MessagingLimit;
}

/** Says whether messages can be sent now, and what stands in the way, from what is really so. */
export class Health {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #messagingLimit: MessagingLimit;

  constructor({ db, clock, messagingLimit }: HealthOptions) {
    this.#db = db;
    this.#clock = clock;
    this.#messagingLimit = messagingLimit;
  }

  /** Of an account with all its numbers. */
  async describeAccount(subject: HealthSubject, phoneNumberIds: readonly string[]): Promise<HealthStatus> {
    return healthStatus(await this.describeSurroundings(subject, phoneNumberIds));
  }

  /** Of one number. */
  async describeNumber(subject: HealthSubject, phoneNumberId: string): Promise<HealthStatus> {
    const number = numberEntity(phoneNumberId, (await this.#registered([phoneNumberId])).has(phoneNumberId));
    return healthStatus([number, ...(await this.describeSurroundings(subject, [phoneNumberId]))]);
  }

  /**
   * What everything that is sent from an account depends on: the account, which needs one of these numbers, its business, and
   * the app that asks. A template or a flow stands before them.
   */
  async describeSurroundings(subject: HealthSubject, phoneNumberIds: readonly string[]): Promise<HealthEntity[]> {
    const registered = await this.#registered(phoneNumberIds);
    return [
      accountEntity(subject.wabaId, registered.size > 0),
      businessEntity(subject.businessId, await this.#hasReachedLimit(subject.businessId)),
      appEntity(subject.appId, await this.#isSubscribed(subject)),
    ];
  }

  async #registered(phoneNumberIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.#db.query<{ id: string }>(
      `SELECT phone_number_id AS id FROM numbers WHERE phone_number_id = ANY($1::text[]) AND state = 'registered'`,
      [phoneNumberIds],
    );
    return new Set(rows.map(({ id }) => id));
  }

  async #hasReachedLimit(businessId: string): Promise<boolean> {
    const most = messagingLimits[this.#messagingLimit];
    if (most === null) return false;
    return (await countFirstContacts(this.#db, businessId, this.#clock.now() - 24 * limits.hourMs)) >= most;
  }

  async #isSubscribed({ wabaId, appId }: HealthSubject): Promise<boolean> {
    const rows = await this.#db.query('SELECT FROM subscribed_apps WHERE waba_id = $1 AND app_id = $2', [
      wabaId,
      appId,
    ]);
    return rows.length > 0;
  }
}

function numberEntity(id: string, isRegistered: boolean): HealthEntity {
  if (isRegistered) return { entity_type: 'PHONE_NUMBER', id, can_send_message: 'AVAILABLE' };
  const error = {
    error_code: gaps.notRegisteredHealthCode,
    error_description: 'The phone number is not registered.',
    possible_solution: 'Verify the phone number with a code, and register it.',
  };
  return { entity_type: 'PHONE_NUMBER', id, can_send_message: 'BLOCKED', errors: [error] };
}

function accountEntity(id: string, hasNumber: boolean): HealthEntity {
  if (hasNumber) return { entity_type: 'WABA', id, can_send_message: 'AVAILABLE' };
  const error = {
    error_code: gaps.noNumberHealthCode,
    error_description: 'The account has no registered phone number to send from.',
    possible_solution: 'Register a phone number of the account.',
  };
  return { entity_type: 'WABA', id, can_send_message: 'BLOCKED', errors: [error] };
}

function businessEntity(id: string, hasReachedLimit: boolean): HealthEntity {
  if (!hasReachedLimit) return { entity_type: 'BUSINESS', id, can_send_message: 'AVAILABLE' };
  const error = {
    error_code: gaps.messagingLimitHealthCode,
    error_description: 'The business has begun to write to as many people in 24 hours as its messaging limit allows.',
    possible_solution: 'Answer people who write first, or wait until the 24 hours are over.',
  };
  return { entity_type: 'BUSINESS', id, can_send_message: 'LIMITED', errors: [error] };
}

/** An app sends as well without webhooks; it does not learn what becomes of its messages. */
function appEntity(id: string, isSubscribed: boolean): HealthEntity {
  const entity = { entity_type: 'APP', id, can_send_message: 'AVAILABLE' } as const;
  if (isSubscribed) return entity;
  return { ...entity, additional_info: ['The app is not subscribed to the account and gets no webhooks of it.'] };
}

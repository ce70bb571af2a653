/** Whether messages can be sent as far as one object is concerned; the worst is what holds for all of them. */
export type Ability = 'AVAILABLE' | 'LIMITED' | 'BLOCKED';

/** One reason why messages cannot be sent, or not to everybody. */
export interface HealthError {
  readonly error_code: number;
  readonly error_description: string;
  readonly possible_solution: string;
}

/** One object that sending depends on (contract section 5.1). */
export interface HealthEntity {
  readonly entity_type: 'PHONE_NUMBER' | 'WABA' | 'BUSINESS' | 'APP' | 'MESSAGE_TEMPLATE' | 'FLOW';
  readonly id: string;
  readonly can_send_message: Ability;
  readonly errors?: readonly HealthError[];
  /** What does not stop a message, and still wants to be known. */
  readonly additional_info?: readonly string[];
}

/** What `health_status` shows. */
export interface HealthStatus {
  readonly can_send_message: Ability;
  readonly entities: readonly HealthEntity[];
}

const worstFirst: readonly Ability[] = ['BLOCKED', 'LIMITED', 'AVAILABLE'];

/** Puts objects together: as the worst of them, so is the whole. */
export function healthStatus(entities: readonly HealthEntity[]): HealthStatus {
  const found = worstFirst.find((ability) => entities.some((each) => each.can_send_message === ability));
  return { can_send_message: found ?? 'AVAILABLE', entities };
}

import type { MessageId, PhoneNumber } from '@postern/protocol';
import { defaultVersion } from '../contract/versions.ts';
import type { WebhookEventKind } from './events.ts';

/** The events of one number or business account for one app, delivered in order, one request at a time. */
export interface LaneName {
  /** The id of a phone number, for events of its messages, or of a WhatsApp Business Account, for those of its own. */
  readonly ownerId: string;
  readonly appId: string;
}

export interface FoundLane extends LaneName {
  /** How many requests have failed since the last that did not. */
  readonly attempts: number;
}

export interface ListedLane extends FoundLane {
  /** It need not wait for its retry. */
  readonly isDue: boolean;
}

/** A phone number as webhooks name it. */
export interface WebhookNumber {
  readonly phoneNumberId: string;
  readonly phoneNumber: PhoneNumber;
}

interface Event {
  readonly eventId: number;
  readonly happenedAtMs: number;
}

/** An event of the field `messages`: it names a message. */
export interface MessageEvent extends Event {
  readonly kind: WebhookEventKind;
  readonly messageId: MessageId;
  readonly acceptedS: number;
  readonly errorCode: number | null;
  /** The first that says that the person has the message. */
  readonly isArrival: boolean;
}

/** An event of the field `user_preferences`: it names what is stored of the person's wish. */
export interface PreferenceEvent extends Event {
  readonly kind: 'preference';
  readonly messageId: MessageId;
  readonly acceptedS: number;
  /** Null when the number is gone. */
  readonly number: WebhookNumber | null;
}

/** An event of an account or a number, with what it says. */
export interface ValueEvent extends Event {
  readonly kind: 'account';
  /** The webhook field that an app must have subscribed to. */
  readonly field: string;
  readonly value: object;
}

export type WebhookEvent = MessageEvent | PreferenceEvent | ValueEvent;

/** Where the events of a lane go. */
export interface LaneTarget {
  readonly wabaId: string;
  /** Null for a lane of an account. */
  readonly number: WebhookNumber | null;
  /** What the app wants: its fields, each with the version that it was subscribed with. */
  readonly versions: ReadonlyMap<string, string>;
  readonly callbackUrl: string;
}

export interface EventRow {
  readonly event_id: number;
  readonly kind: WebhookEventKind | 'preference' | 'account';
  readonly message_id: MessageId | null;
  readonly accepted_s: number | null;
  readonly error_code: number | null;
  readonly is_arrival: boolean;
  readonly happened_at_ms: number;
  readonly field: string | null;
  readonly value: object | null;
  readonly phone_number_id: string | null;
  readonly phone_number: PhoneNumber | null;
}

export interface TargetRow {
  readonly waba_id: string;
  /** Null for a lane of an account. */
  readonly phone_number: PhoneNumber | null;
  readonly fields: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  readonly callback_url: string;
}

/** The webhook field of an event. */
export function fieldOf(event: WebhookEvent): string {
  if (event.kind === 'account') return event.field;
  return event.kind === 'preference' ? 'user_preferences' : 'messages';
}

export function toTarget(ownerId: string, row: TargetRow): LaneTarget {
  const { waba_id: wabaId, phone_number: phoneNumber, fields, versions, callback_url: callbackUrl } = row;
  return {
    wabaId,
    number: phoneNumber === null ? null : { phoneNumberId: ownerId, phoneNumber },
    versions: new Map(fields.map((field) => [field, versions[field] ?? defaultVersion])),
    callbackUrl,
  };
}

// A constraint of the table holds what the kinds have and what they have not.
export function toEvent({ event_id: eventId, kind, happened_at_ms: happenedAtMs, ...row }: EventRow): WebhookEvent {
  if (kind === 'account') return { eventId, kind, field: row.field ?? '', value: row.value ?? {}, happenedAtMs };
  const named = { eventId, messageId: row.message_id as MessageId, acceptedS: row.accepted_s ?? 0, happenedAtMs };
  if (kind !== 'preference') return { kind, ...named, errorCode: row.error_code, isArrival: row.is_arrival };
  const { phone_number_id: phoneNumberId, phone_number: phoneNumber } = row;
  return { kind, ...named, number: phoneNumberId && phoneNumber ? { phoneNumberId, phoneNumber } : null };
}

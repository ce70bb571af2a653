import { limits } from '@postern/protocol';
import { defaultVersion } from '../contract/versions.ts';
import {
  messageValue,
  preferenceValue,
  systemValue,
  type InboundUpdate,
  type PreferenceUpdate,
  type SystemUpdate,
} from './message-body.ts';
import type { OpenedMessage } from './message-opener.ts';
import { encodeWebhookJson } from './signature.ts';
import { statusesValue, type StatusUpdate } from './status-body.ts';
import { valueFor } from './versioned-values.ts';
import type { StatusKind } from './events.ts';
import type {
  LaneTarget,
  MessageEvent,
  PreferenceEvent,
  ValueEvent,
  WebhookEvent,
  WebhookNumber,
} from './webhook-event.ts';

/** An event that says all by itself. */
interface ValueUpdate {
  readonly says: 'value';
  readonly event: ValueEvent;
}

/** An event with all that is said of it. */
export type WebhookUpdate = InboundUpdate | SystemUpdate | StatusUpdate | PreferenceUpdate | ValueUpdate;

/** Whether an event tells what became of a message of the business's. */
export function isStatus(kind: WebhookEvent['kind']): kind is StatusKind {
  return kind !== 'message' && kind !== 'system' && kind !== 'preference' && kind !== 'account';
}

/** Puts an event and the message that it names together; null when the message does not say what the event does. */
export function toUpdate(event: MessageEvent | PreferenceEvent, message: OpenedMessage): WebhookUpdate | null {
  if (event.kind === 'system') return message.user?.previousId ? { says: 'system', event, message } : null;
  if (event.kind !== 'message' && event.kind !== 'preference') return { says: 'status', event, message };
  const { body } = message;
  if (event.kind === 'preference')
    return body.case === 'marketingPreference' ? { says: 'preference', event, message, preference: body.value } : null;
  return body.case === 'message' ? { says: 'message', event, message, inbound: body.value } : null;
}

/** A webhook as it is sent, and which of the updates are in it: the first ones, one at least. */
export interface EncodedWebhook {
  readonly body: Buffer;
  readonly updates: readonly WebhookUpdate[];
}

/** Writes as many of the updates, from the first on, as one webhook may hold. */
export function encodeFitting(target: LaneTarget, all: readonly WebhookUpdate[]): EncodedWebhook {
  let updates = all.slice(0, countRoughlyFitting(all));
  for (;;) {
    const body = encodeWebhookJson(buildWebhook(target, updates));
    if (body.length <= limits.maxWebhookBytes || updates.length === 1) return { body, updates };
    const share = limits.maxWebhookBytes / body.length;
    updates = updates.slice(0, Math.max(1, Math.floor(updates.length * Math.min(share, 0.9))));
  }
}

/** So that a batch of very long messages is not written as a whole before it is cut. */
function countRoughlyFitting(updates: readonly WebhookUpdate[]): number {
  let bytes = 0;
  const end = updates.findIndex((update, index) => {
    if (update.says === 'message') bytes += update.message.contentBytes;
    return index > 0 && bytes > limits.maxWebhookBytes;
  });
  return end === -1 ? updates.length : end;
}

interface Change {
  readonly field: string;
  readonly value: object;
  /** Of a change that is not of the messages family: when it happened. */
  readonly atMs?: number;
}

/** The envelope of contract section 4.3. An entry has its time (Unix seconds) when it is not of the messages family. */
function buildWebhook({ wabaId, ...target }: LaneTarget, updates: readonly WebhookUpdate[]): object {
  const entry: { id: string; time?: number; changes: object[] }[] = [];
  for (const { atMs, field, value } of changesOf(target, updates)) {
    const last = entry.at(-1);
    const time = atMs === undefined ? {} : { time: Math.floor(atMs / 1000) };
    if (last && 'time' in last === 'time' in time) {
      Object.assign(last, time);
      last.changes.push({ value, field });
    } else entry.push({ id: wabaId, ...time, changes: [{ value, field }] });
  }
  return { object: 'whatsapp_business_account', entry };
}

/**
 * Updates stay in their order: each inbound message is a change of its own, because its `contacts` belong to it alone
 * and many receivers read only the first message of a change; statuses that follow one another share a change, because
 * receivers expect lists there and it keeps backlogs small.
 */
function changesOf(target: Pick<LaneTarget, 'number' | 'versions'>, updates: readonly WebhookUpdate[]): Change[] {
  const changes: Change[] = [];
  let statuses: StatusUpdate[] = [];
  const endStatuses = () => {
    if (statuses.length > 0) changes.push(...statusChange(target, statuses));
    statuses = [];
  };
  for (const update of updates) {
    if (update.says === 'status') statuses.push(update);
    else {
      endStatuses();
      changes.push(...singleChange(target, update));
    }
  }
  endStatuses();
  return changes;
}

function statusChange(
  { number, versions }: Pick<LaneTarget, 'number' | 'versions'>,
  statuses: readonly StatusUpdate[],
): Change[] {
  const version = versions.get('messages') ?? defaultVersion;
  return number ? [changeOf(number, 'messages', statusesValue(statuses, version))] : [];
}

function singleChange(
  { number, versions }: Pick<LaneTarget, 'number' | 'versions'>,
  update: Exclude<WebhookUpdate, StatusUpdate>,
): Change[] {
  if (update.says === 'message') return number ? [changeOf(number, 'messages', messageValue(number, update))] : [];
  if (update.says === 'system') return number ? [changeOf(number, 'messages', systemValue(update))] : [];
  if (update.says === 'preference') {
    const { number: named } = update.event;
    return named ? [changeOf(named, 'user_preferences', preferenceValue(update))] : [];
  }
  const { field, happenedAtMs: atMs } = update.event;
  return [{ field, value: valueFor(versions.get(field) ?? defaultVersion, update.event), atMs }];
}

function changeOf({ phoneNumber, phoneNumberId }: WebhookNumber, field: string, value: object): Change {
  const metadata = { display_phone_number: phoneNumber, phone_number_id: phoneNumberId };
  return { field, value: { messaging_product: 'whatsapp', metadata, ...value } };
}

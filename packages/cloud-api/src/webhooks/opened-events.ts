import { limits } from '@postern/protocol';
import type { MessageOpener } from './message-opener.ts';
import { isStatus, toUpdate, type WebhookUpdate } from './webhook-body.ts';
import {
  fieldOf,
  type LaneTarget,
  type MessageEvent,
  type PreferenceEvent,
  type WebhookEvent,
} from './webhook-event.ts';

/** Events of a lane with what is to be said of them. */
export interface OpenedEvents {
  readonly updates: readonly WebhookUpdate[];
  /** Those that were tried for too long. */
  readonly tooOld: readonly WebhookUpdate[];
  /** Events of which nothing can be said: the app does not want them, or their message is gone. */
  readonly gone: readonly WebhookEvent[];
}

interface Opening {
  readonly target: LaneTarget;
  readonly events: readonly WebhookEvent[];
  /** Events up to this time are too old to be tried again. */
  readonly tooOldMs: number;
}

/** Finds what is to be said of each event. */
export async function openEvents(
  messages: MessageOpener,
  { target, events, tooOldMs }: Opening,
): Promise<OpenedEvents> {
  const wanted = events.filter((event) => target.versions.has(fieldOf(event)));
  const found = await findUpdates(messages, target, wanted);
  const updates: WebhookUpdate[] = [];
  const tooOld: WebhookUpdate[] = [];
  const gone: WebhookEvent[] = [];
  for (const event of events) {
    const update = found.get(event);
    if (!update) gone.push(event);
    else if (event.happenedAtMs > tooOldMs) updates.push(update);
    else tooOld.push(update);
  }
  return { updates, tooOld, gone };
}

/** Until when the log of deliveries keeps a request with these updates: no longer than any of the messages is kept. */
export function loggedUntilMs(atMs: number, updates: readonly WebhookUpdate[]): number {
  let untilMs = atMs + limits.webhookDeliveryKeptMs;
  for (const update of updates) if (update.says !== 'value') untilMs = Math.min(untilMs, update.message.keptUntilMs);
  return untilMs;
}

type NamingEvent = MessageEvent | PreferenceEvent;

async function findUpdates(
  messages: MessageOpener,
  target: LaneTarget,
  events: readonly WebhookEvent[],
): Promise<ReadonlyMap<WebhookEvent, WebhookUpdate>> {
  const found = new Map<WebhookEvent, WebhookUpdate>();
  const byNumber = new Map<string, NamingEvent[]>();
  for (const event of events) {
    if (event.kind === 'account') {
      found.set(event, { says: 'value', event });
      continue;
    }
    const id = event.kind === 'preference' ? event.number?.phoneNumberId : target.number?.phoneNumberId;
    if (id === undefined) continue;
    const ofNumber = byNumber.get(id);
    if (ofNumber) ofNumber.push(event);
    else byNumber.set(id, [event]);
  }
  for (const [phoneNumberId, named] of byNumber) await openAll(messages, { phoneNumberId, named, found });
  return found;
}

async function openAll(
  messages: MessageOpener,
  {
    phoneNumberId,
    named,
    found,
  }: { phoneNumberId: string; named: readonly NamingEvent[]; found: Map<WebhookEvent, WebhookUpdate> },
): Promise<void> {
  const refs = named.map(({ messageId, acceptedS, kind }) => {
    return { messageId, acceptedS, sentByBusiness: isStatus(kind) };
  });
  const opened = await messages.openAll(phoneNumberId, refs);
  for (const [index, event] of named.entries()) {
    const message = opened[index];
    const update = message && toUpdate(event, message);
    if (update) found.set(event, update);
  }
}

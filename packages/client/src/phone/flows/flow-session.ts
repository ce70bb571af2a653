import { randomBytes } from 'node:crypto';
import type { AccountId, FlowScreen, Message, MessageId, PhoneNumber } from '@postern/protocol';
import { findScreen, requiredInputs, tapsOf } from './flow-file.ts';
import { objectOf, objectsOf, parseObject, textOf, type Json } from './flow-json.ts';
import { resolveValue, type FlowScope } from './flow-values.ts';

/** A flow that is open on a phone. */
export interface FlowSession {
  readonly id: string;
  readonly chat: PhoneNumber;
  readonly accountId: AccountId;
  /** The message that leads to the flow, and which of its buttons. */
  readonly messageId: MessageId;
  readonly button: number;
  /** The name that the owner of the phone goes by. */
  readonly senderName: string;
  readonly token: string;
  /** The screen that the message says to begin with, and its data; null when the endpoint is to say so. */
  readonly opening: { readonly screen: string | null; readonly data: Json } | null;
  readonly status: 'loading' | 'open' | 'waiting' | 'completed' | 'failed';
  /** The id of the screen that is shown; null before there is one. */
  readonly screen: string | null;
  readonly history: readonly string[];
  readonly data: Json;
  readonly entered: Json;
  /** Why the last request came to nothing. */
  readonly failure: { readonly reason: string; readonly text: string } | null;
  /** What was answered to the business at the end. */
  readonly response: Json | null;
}

/** What follows of something that happened: what the endpoint is asked, or what is said to the business. */
export interface FlowStep {
  readonly session: FlowSession;
  readonly request?: {
    readonly action: 'INIT' | 'data_exchange' | 'BACK';
    readonly screen: string;
    readonly data: Json;
  };
  readonly reply?: Json;
}

interface Origin {
  readonly chat: PhoneNumber;
  readonly accountId: AccountId;
  readonly messageId: MessageId;
  readonly button: number;
  readonly senderName: string;
}

/** Begins with the flow that a message leads to; null when it leads to none. */
export function beginFlow({ body }: Message, origin: Origin): FlowSession | null {
  const named = flowIn(body, origin.button);
  if (!named) return null;
  const isAsked = named['flow_action'] === 'data_exchange';
  const payload = objectOf(named['flow_action_payload']);
  const screen = textOf(payload['screen']) ?? textOf(named['navigate_screen']);
  const data = objectOf(payload['data'] ?? named['flow_action_data']);
  return {
    id: randomBytes(8).toString('hex'),
    ...origin,
    token: textOf(named['flow_token']) ?? 'unused',
    opening: isAsked ? null : { screen, data },
    status: 'loading',
    screen: null,
    history: [],
    data: {},
    entered: {},
    failure: null,
    response: null,
  };
}

function flowIn(body: Message['body'], button: number): Json | null {
  if (body.case === 'interactive' && body.value.type === 'flow')
    return objectOf(objectOf((parseObject(body.value.json) ?? {})['action'])['parameters']);
  if (body.case !== 'template') return null;
  const tapped = objectsOf((parseObject(body.value.json) ?? {})['buttons'])[button];
  return tapped?.['type'] === 'flow' ? tapped : null;
}

/** The flow's file has come. */
export function startFlow(session: FlowSession, file: Json): FlowStep {
  const { opening } = session;
  if (!opening) return ask(session, { action: 'INIT', screen: '', data: {} });
  const first = findScreen(file, opening.screen);
  if (!first) return { session: failed(session, { reason: 'unavailable', text: '' }) };
  return { session: show(session, String(first['id']), opening.data) };
}

/** What cannot be done, in words. */
export class FlowTapError extends Error {
  override readonly name = 'FlowTapError';
}

/** Fills in what is on the screen, and taps on something; on the footer unless told. @throws FlowTapError */
export function tapFlow(
  session: FlowSession,
  file: Json,
  { values, tap }: { values: Json; tap: string | null },
): FlowStep {
  const screen = session.status === 'open' ? findScreen(file, session.screen) : null;
  if (!screen || session.screen === null) throw new FlowTapError('The flow shows nothing that can be tapped on now.');
  const mine = { ...objectOf(session.entered[session.screen]), ...values };
  const filled = { ...session, failure: null, entered: { ...session.entered, [session.screen]: mine } };
  const scope = scopeOf(filled, session.screen);
  const taps = tapsOf(screen);
  const tapped = tap === null ? taps.at(-1) : taps.find(({ label }) => resolveValue(label, scope) === tap);
  if (!tapped) throw new FlowTapError('The screen has nothing of this label that can be tapped on.');
  const missing = requiredInputs(screen).filter((name) => !isFilled(mine[name]));
  if (missing.length > 0 && tapped === taps.at(-1)) throw new FlowTapError(`To fill in first: ${missing.join(', ')}.`);
  return act(filled, tapped.action, scope);
}

/** Goes back to the screen before. @throws FlowTapError */
export function goBack(session: FlowSession, file: Json): FlowStep {
  const before = session.history.at(-1);
  if (session.status !== 'open' || session.screen === null || before === undefined)
    throw new FlowTapError('There is no screen to go back to.');
  const left = findScreen(file, session.screen);
  const back = { ...session, screen: before, history: session.history.slice(0, -1), failure: null };
  if (left?.['refresh_on_back'] !== true) return { session: back };
  return ask(back, { action: 'BACK', screen: session.screen, data: {} });
}

/** The endpoint has answered. */
export function takeScreen(session: FlowSession, file: Json, { screen, json }: FlowScreen): FlowStep {
  const data = parseObject(json) ?? {};
  if (screen === 'SUCCESS') {
    const params = objectOf(objectOf(data['extension_message_response'])['params']);
    return complete(session, params);
  }
  if (!findScreen(file, screen)) return { session: failed(session, { reason: 'endpoint', text: '' }) };
  return { session: show(session, screen, data) };
}

/** A request came to nothing: what is over cannot be gone on with, anything else can be tried again. */
export function failed(session: FlowSession, { reason, text }: { reason: string; text: string }): FlowSession {
  const isOver = reason === 'over' || session.screen === null;
  return { ...session, status: isOver ? 'failed' : 'open', failure: { reason, text } };
}

/** The screen that is shown, with what its references mean in their place; null when none is. */
export function shownScreen(session: FlowSession, file: Json): Json | null {
  const screen = session.screen === null ? null : findScreen(file, session.screen);
  if (!screen || session.screen === null) return null;
  const { data: _model, ...shown } = screen;
  return objectOf(resolveValue(shown, scopeOf(session, session.screen)));
}

function act(session: FlowSession, action: Json, scope: FlowScope): FlowStep {
  const payload = objectOf(resolveValue(action['payload'], scope));
  switch (action['name']) {
    case 'navigate':
      return { session: show(session, String(objectOf(action['next'])['name']), payload) };
    case 'data_exchange':
      return ask(session, { action: 'data_exchange', screen: scope.screen, data: payload });
    case 'complete':
      return complete(session, payload);
    case 'update_data': {
      const data = { ...objectOf(session.data[scope.screen]), ...payload };
      return { session: { ...session, data: { ...session.data, [scope.screen]: data } } };
    }
    default:
      return { session };
  }
}

function ask(session: FlowSession, request: NonNullable<FlowStep['request']>): FlowStep {
  return { session: { ...session, status: 'waiting', failure: null }, request };
}

function complete(session: FlowSession, params: Json): FlowStep {
  const response = { flow_token: session.token, ...params };
  return { session: { ...session, status: 'completed', response }, reply: response };
}

function show(session: FlowSession, screen: string, data: Json): FlowSession {
  const { history, screen: before } = session;
  const isOther = before !== null && before !== screen;
  return {
    ...session,
    status: 'open',
    failure: null,
    screen,
    // Who comes back to a screen that they were on has gone back.
    history: history.at(-1) === screen ? history.slice(0, -1) : isOther ? [...history, before] : history,
    data: { ...session.data, [screen]: { ...objectOf(session.data[screen]), ...data } },
  };
}

function scopeOf({ data, entered }: FlowSession, screen: string): FlowScope {
  return { screen, data, entered };
}

function isFilled(value: unknown): boolean {
  return (
    value !== undefined &&
    value !== null &&
    value !== '' &&
    value !== false &&
    !(Array.isArray(value) && value.length === 0)
  );
}

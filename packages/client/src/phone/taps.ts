import type { Message } from '@postern/protocol';
import type { Said } from './saying.ts';

/** Something on a message that its reader can tap on, and what the tap says. */
export interface Tap {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly said: Said;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * What can be tapped on in a message: reply buttons and rows of an interactive one, quick replies of a template, and both
 * on cards. The id of a quick reply is its payload.
 */
export function listTaps({ body }: Message): Tap[] {
  if (body.case === 'interactive') {
    const action = objectIn(parse(body.value.json), 'action');
    const rows = listIn(action, 'sections').flatMap((section) => listIn(section, 'rows'));
    const cards = listIn(action, 'cards').flatMap((card) => listIn(objectIn(card, 'action'), 'buttons'));
    return [...[...listIn(action, 'buttons'), ...cards].flatMap(buttonTap), ...rows.flatMap(rowTap)];
  }
  if (body.case === 'template') {
    const template = parse(body.value.json);
    return [template, ...listIn(template, 'cards')].flatMap((each) => listIn(each, 'buttons')).flatMap(quickTap);
  }
  return [];
}

function buttonTap(button: Json): Tap[] {
  const { id, title } = objectIn(button, 'reply') ?? objectIn(button, 'quick_reply') ?? {};
  if (typeof id !== 'string' || typeof title !== 'string') return [];
  return [{ id, title, said: { case: 'reply', value: { reply: { case: 'button', value: { id, title } } } } }];
}

function rowTap({ id, title, description }: Json): Tap[] {
  if (typeof id !== 'string' || typeof title !== 'string') return [];
  const row = { id, title, ...(typeof description === 'string' && { description }) };
  return [{ ...row, said: { case: 'reply', value: { reply: { case: 'list', value: row } } } }];
}

function quickTap({ type, payload, text }: Json): Tap[] {
  if (type !== 'quick_reply' || typeof text !== 'string') return [];
  const id = typeof payload === 'string' ? payload : text;
  return [
    { id, title: text, said: { case: 'reply', value: { reply: { case: 'quick', value: { payload: id, text } } } } },
  ];
}

function parse(json: string): Json | null {
  try {
    return objectOf(JSON.parse(json));
  } catch {
    return null;
  }
}

function objectOf(value: unknown): Json | null {
  return typeof value === 'object' && value !== null ? (value as Json) : null;
}

function objectIn(holder: Json | null, name: string): Json | null {
  return objectOf(holder?.[name]);
}

function listIn(holder: Json | null, name: string): Json[] {
  const list = holder?.[name];
  return Array.isArray(list) ? list.map(objectOf).filter((item) => item !== null) : [];
}

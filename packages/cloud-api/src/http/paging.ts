import { limits } from '@postern/protocol';
import type { Window } from '../contract/list-window.ts';
import { GraphError, parameterError } from './graph-errors.ts';
import type { Parameters } from './parameters.ts';

/** A part of a list, as the Graph answers it (contract section 1.6). */
export interface GraphList<Item> {
  data: Item[];
  paging?: { cursors: { before: string; after: string }; next?: string; previous?: string };
}

interface Page<Item> {
  items: readonly Item[];
  /** Where in the whole list the first of these items stands. */
  start: number;
  total: number;
}

/** Cuts the part out of a list that `limit`, `after` and `before` ask for. @throws GraphError */
export function takePage<Item>(items: readonly Item[], parameters: Parameters): Page<Item> {
  const limit = parsePageSize(parameters.findText('limit'));
  const after = parameters.findText('after');
  const before = parameters.findText('before');
  const end = before === null ? items.length : decodeCursor(before, 'before');
  const start = after !== null ? decodeCursor(after, 'after') + 1 : before !== null ? Math.max(0, end - limit) : 0;
  return { items: items.slice(start, Math.min(end, start + limit)), start, total: items.length };
}

/** Adds the cursors, and the URLs of the parts before and after. */
export function answerPage<Item>(page: Page<unknown>, data: Item[], url: string): GraphList<Item> {
  if (data.length === 0) return { data };
  const cursors = { before: encodeCursor(page.start), after: encodeCursor(page.start + data.length - 1) };
  const hasNext = page.start + data.length < page.total;
  return {
    data,
    paging: {
      cursors,
      ...(hasNext && { next: urlWith(url, { after: cursors.after }) }),
      ...(page.start > 0 && { previous: urlWith(url, { before: cursors.before }) }),
    },
  };
}

/** A part of a list whose items have places, from either end. @throws GraphError 100 | 131059 */
export function parseWindow(parameters: Parameters): Window {
  return readWindow(parameters, findPlace, (name) => {
    return new GraphError(131059, { details: `Param ${name} must be a cursor that a list was answered with.` });
  });
}

/** The same where a cursor that is none is an error as any other. @throws GraphError 100 */
export function parsePlaces(parameters: Parameters): Window {
  return readWindow(parameters, findPlace, cursorError);
}

/** A part of a list whose items have names of their own that say nothing. @throws GraphError 100 */
export function parseMarked(parameters: Parameters): Window<Buffer> {
  const find = (cursor: string) => (/^([0-9a-f]{2}){1,32}$/.test(cursor) ? Buffer.from(cursor, 'hex') : null);
  return readWindow(parameters, find, cursorError);
}

function readWindow<Place>(
  parameters: Parameters,
  find: (cursor: string) => Place | null,
  refuse: (name: string) => GraphError,
): Window<Place> {
  const place = (name: 'after' | 'before') => {
    const cursor = parameters.findText(name);
    const found = cursor === null ? null : find(cursor);
    if (cursor !== null && found === null) throw refuse(name);
    return found;
  };
  return { limit: parsePageSize(parameters.findText('limit')), after: place('after'), before: place('before') };
}

interface Ends {
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
  readonly url: string;
}

/** Adds the cursors, which are the places of the first and the last item, and the URLs of the parts before and after. */
export function answerWindow<Item>(data: Item[], { places, ...ends }: Ends & { places: readonly number[] }) {
  return withCursors(data, places.map(encodeCursor), ends);
}

/** The same with the names of the first and the last item. */
export function answerMarked<Item>(data: Item[], { marks, ...ends }: Ends & { marks: readonly Buffer[] }) {
  const cursors = marks.map((mark) => mark.toString('hex'));
  return withCursors(data, cursors, ends);
}

function withCursors<Item>(
  data: Item[],
  cursors: readonly string[],
  { hasNext, hasPrevious, url }: Ends,
): GraphList<Item> {
  const [before, after] = [cursors[0], cursors.at(-1)];
  if (before === undefined || after === undefined) return { data };
  const next = hasNext && { next: urlWith(url, { after }) };
  return {
    data,
    paging: { cursors: { before, after }, ...next, ...(hasPrevious && { previous: urlWith(url, { before }) }) },
  };
}

function parsePageSize(text: string | null): number {
  if (text === null) return limits.defaultItemsPerPage;
  if (!/^[1-9][0-9]{0,5}$/.test(text)) throw parameterError('Param limit must be a positive integer.');
  return Math.min(Number(text), limits.maxItemsPerPage);
}

/** A place in the list in base64, with `ZD` for each `=`. */
function encodeCursor(index: number): string {
  return Buffer.from(String(index)).toString('base64').replaceAll('=', 'ZD');
}

function decodeCursor(cursor: string, name: string): number {
  const place = findPlace(cursor);
  if (place === null) throw cursorError(name);
  return place;
}

function cursorError(name: string): GraphError {
  return parameterError(`Param ${name} must be a cursor that a list was answered with.`);
}

/** The place that a cursor stands for; null when it is none. */
function findPlace(cursor: string): number | null {
  const digits = Buffer.from(cursor.replaceAll('ZD', '='), 'base64').toString('latin1');
  return /^[0-9]{1,15}$/.test(digits) ? Number(digits) : null;
}

function urlWith(url: string, cursor: Readonly<Record<string, string>>): string {
  const changed = URL.parse(url);
  if (!changed) throw parameterError('The Host header of the request is not valid.');
  changed.searchParams.delete('after');
  changed.searchParams.delete('before');
  for (const [name, value] of Object.entries(cursor)) changed.searchParams.set(name, value);
  return changed.href;
}

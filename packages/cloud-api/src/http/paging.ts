import { limits } from '@postern/protocol';
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

/** What `limit` and `after` ask for of a list whose items have rising places of their own. @throws GraphError */
export function parseSeek(parameters: Parameters): { limit: number; after: number } {
  if (parameters.findText('before') !== null) throw parameterError('Param before is not supported here.');
  const after = parameters.findText('after');
  const limit = parsePageSize(parameters.findText('limit'));
  return { limit, after: after === null ? -1 : decodeCursor(after, 'after') };
}

/** Adds the cursors, which are the places of the first and the last item, and the URL of the part after. */
export function answerSeek<Item>(
  data: Item[],
  { places, hasNext, url }: { places: readonly number[]; hasNext: boolean; url: string },
): GraphList<Item> {
  const [first, last] = [places[0], places.at(-1)];
  if (first === undefined || last === undefined) return { data };
  const cursors = { before: encodeCursor(first), after: encodeCursor(last) };
  return { data, paging: { cursors, ...(hasNext && { next: urlWith(url, { after: cursors.after }) }) } };
}

/** A part of a list whose items have rising places, from either end. @throws GraphError 100 | 131059 */
export function parseWindow(parameters: Parameters): { limit: number; after: number | null; before: number | null } {
  const place = (name: 'after' | 'before') => {
    const cursor = parameters.findText(name);
    if (cursor === null) return null;
    return findPlace(cursor) ?? invalidCursor(name);
  };
  return { limit: parsePageSize(parameters.findText('limit')), after: place('after'), before: place('before') };
}

/** Adds the cursors, which are the places of the first and the last item, and the URLs of the parts before and after. */
export function answerWindow<Item>(
  data: Item[],
  window: { places: readonly number[]; hasNext: boolean; hasPrevious: boolean; url: string },
): GraphList<Item> {
  const { places, hasPrevious, url } = window;
  const list = answerSeek(data, window);
  const [first] = places;
  if (!list.paging || first === undefined || !hasPrevious) return list;
  return { data, paging: { ...list.paging, previous: urlWith(url, { before: encodeCursor(first) }) } };
}

function invalidCursor(name: string): never {
  throw new GraphError(131059, { details: `Param ${name} must be a cursor that a list was answered with.` });
}

/** What `limit` and `after` ask for of a list whose items have names of their own that say nothing. @throws GraphError */
export function parseMarked(parameters: Parameters): { limit: number; after: Buffer } {
  if (parameters.findText('before') !== null) throw parameterError('Param before is not supported here.');
  const after = parameters.findText('after') ?? '';
  if (!/^([0-9a-f]{2}){0,32}$/.test(after))
    throw parameterError('Param after must be a cursor that a list was answered with.');
  return { limit: parsePageSize(parameters.findText('limit')), after: Buffer.from(after, 'hex') };
}

/** Adds the cursors, which are the names of the first and the last item, and the URL of the part after. */
export function answerMarked<Item>(
  data: Item[],
  { marks, hasNext, url }: { marks: readonly Buffer[]; hasNext: boolean; url: string },
): GraphList<Item> {
  const [first, last] = [marks[0], marks.at(-1)];
  if (!first || !last) return { data };
  const cursors = { before: first.toString('hex'), after: last.toString('hex') };
  return { data, paging: { cursors, ...(hasNext && { next: urlWith(url, { after: cursors.after }) }) } };
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
  return findPlace(cursor) ?? refuse(`Param ${name} must be a cursor that a list was answered with.`);
}

/** The place that a cursor stands for; null when it is none. */
function findPlace(cursor: string): number | null {
  const digits = Buffer.from(cursor.replaceAll('ZD', '='), 'base64').toString('latin1');
  return /^[0-9]{1,15}$/.test(digits) ? Number(digits) : null;
}

function refuse(sentence: string): never {
  throw parameterError(sentence);
}

function urlWith(url: string, cursor: Readonly<Record<string, string>>): string {
  const changed = URL.parse(url);
  if (!changed) throw parameterError('The Host header of the request is not valid.');
  changed.searchParams.delete('after');
  changed.searchParams.delete('before');
  for (const [name, value] of Object.entries(cursor)) changed.searchParams.set(name, value);
  return changed.href;
}

import { getNodePath, type Node } from 'jsonc-parser';
import { limits } from '@postern/protocol';

/** What kinds of mistakes there are, in the contract's words. */
export type MistakeKind =
  | 'INVALID_JSON'
  | 'INVALID_FLOW_JSON_VERSION'
  | 'INVALID_DATA_API_VERSION'
  | 'MISSING_REQUIRED_PROPERTY'
  | 'INVALID_PROPERTY_KEY'
  | 'INVALID_PROPERTY_TYPE'
  | 'INVALID_PROPERTY_VALUE'
  | 'DUPLICATE_PROPERTY_KEY'
  | 'MIN_ITEMS_REQUIRED'
  | 'MAX_ITEMS_EXCEEDED'
  | 'MAX_LENGTH_EXCEEDED'
  | 'PATTERN_MISMATCH'
  | 'RESERVED_SCREEN_ID'
  | 'DUPLICATE_SCREEN_ID'
  | 'UNKNOWN_SCREEN'
  | 'MISSING_TERMINAL_SCREEN'
  | 'MISSING_FOOTER'
  | 'TOO_MANY_COMPONENTS'
  | 'DUPLICATE_COMPONENT_NAME'
  | 'INVALID_ROUTING_MODEL'
  | 'INVALID_ACTION'
  | 'UNKNOWN_DATA_REFERENCE';

/** A place in a flow's file. Lines and columns count from 1. */
interface Place {
  readonly line_start: number;
  readonly line_end: number;
  readonly column_start: number;
  readonly column_end: number;
}

/** Something wrong with a flow's file, as the contract tells it (section 5.6): stored and shown as it is. */
export interface FlowMistake extends Place {
  readonly error: MistakeKind;
  readonly error_type: 'FLOW_JSON_ERROR';
  readonly message: string;
  readonly pointers: readonly (Place & { readonly path: string })[];
}

/** Collects what is wrong with one file, up to a limit. */
export class Mistakes {
  readonly #lineStarts: readonly number[];
  readonly #found: FlowMistake[] = [];

  constructor(text: string) {
    const starts = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
  }

  get found(): readonly FlowMistake[] {
    return this.#found;
  }

  /** Notes that something is wrong at a value of the file. */
  add(error: MistakeKind, node: Node, message: string): void {
    this.#note(error, message, { offset: node.offset, length: node.length, path: pathOf(node) });
  }

  /** Notes that something is wrong with the text itself. */
  addAt(error: MistakeKind, { offset, length }: { offset: number; length: number }, message: string): void {
    this.#note(error, message, { offset, length, path: '' });
  }

  #note(error: MistakeKind, message: string, place: { offset: number; length: number; path: string }): void {
    if (this.#found.length >= limits.maxFlowMistakes) return;
    const [line_start, column_start] = this.#positionOf(place.offset);
    const [line_end, column_end] = this.#positionOf(place.offset + place.length);
    const span = { line_start, line_end, column_start, column_end };
    const pointers = [{ ...span, path: place.path }];
    this.#found.push({ error, error_type: 'FLOW_JSON_ERROR', message, ...span, pointers });
  }

  #positionOf(offset: number): [line: number, column: number] {
    let [low, high] = [0, this.#lineStarts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return [low + 1, offset - (this.#lineStarts[low] ?? 0) + 1];
  }
}

/** `screens[0].layout.children[1].text` */
function pathOf(node: Node): string {
  return getNodePath(node)
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join('');
}

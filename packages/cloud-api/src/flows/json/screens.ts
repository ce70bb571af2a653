import type { Node } from 'jsonc-parser';
import { componentRules } from './component-rules.ts';
import type { Mistakes } from './mistakes.ts';
import { itemsOf, memberOf, membersOf, textOf } from './tree.ts';

/** A component, wherever on a screen it stands. */
export interface Component {
  readonly node: Node;
  /** Null when it says none. */
  readonly type: string | null;
  /** Whether it is shown in some cases only. */
  readonly isConditional: boolean;
}

/** What the rest of a file may say of one of its screens. */
export interface Screen {
  readonly id: string;
  readonly node: Node;
  readonly isTerminal: boolean;
  /** The names of the data that it is opened with. */
  readonly data: ReadonlySet<string>;
  /** The names under which what a person enters is known. */
  readonly inputs: ReadonlySet<string>;
  readonly components: readonly Component[];
}

/** What every check of a file looks at. */
export interface FlowContext {
  readonly mistakes: Mistakes;
  readonly version: string;
  /** Whether the file says how its endpoint is spoken to. */
  readonly hasEndpoint: boolean;
  /** By id; of two of one id the first. */
  readonly screens: ReadonlyMap<string, Screen>;
}

/** Reads what the screens of a file are called and what they hold, without a look at whether that is right. */
export function readScreens(root: Node): readonly Screen[] {
  return itemsOf(memberOf(root, 'screens')).flatMap((node) => {
    const id = textOf(memberOf(node, 'id'));
    return id === null ? [] : [readScreen(id, node)];
  });
}

function readScreen(id: string, node: Node): Screen {
  const components = [...componentsIn(memberOf(memberOf(node, 'layout') ?? undefined, 'children'), false)];
  const inputs = components.flatMap(({ type, node: component }) => {
    const name = type !== null && componentRules[type]?.isInput ? textOf(memberOf(component, 'name')) : null;
    return name === null ? [] : [name];
  });
  return {
    id,
    node,
    isTerminal: memberOf(node, 'terminal')?.value === true,
    data: new Set(membersOf(memberOf(node, 'data') ?? undefined).map(({ name }) => name)),
    inputs: new Set(inputs),
    components,
  };
}

function* componentsIn(children: Node | null, isConditional: boolean): Generator<Component> {
  for (const node of itemsOf(children)) {
    const type = textOf(memberOf(node, 'type'));
    yield { node, type, isConditional };
    if (type === 'Form') yield* componentsIn(memberOf(node, 'children'), isConditional);
    if (type === 'If') for (const part of ['then', 'else']) yield* componentsIn(memberOf(node, part), true);
    if (type === 'Switch')
      for (const { value } of membersOf(memberOf(node, 'cases') ?? undefined)) yield* componentsIn(value, true);
  }
}

import type { Node } from 'jsonc-parser';

/** The members of an object, in their order; none when it is no object. */
export function membersOf(
  node: Node | undefined,
): { readonly key: Node; readonly name: string; readonly value: Node }[] {
  if (node?.type !== 'object') return [];
  return (node.children ?? []).flatMap(({ children }) => {
    const [key, value] = children ?? [];
    return key && value ? [{ key, name: String(key.value), value }] : [];
  });
}

/** The member of this name; where there are several, the last, as a reader of JSON has it. */
export function memberOf(node: Node | undefined, name: string): Node | null {
  return membersOf(node).findLast((member) => member.name === name)?.value ?? null;
}

/** The items of a list; none when it is no list. */
export function itemsOf(node: Node | null | undefined): readonly Node[] {
  return node?.type === 'array' ? (node.children ?? []) : [];
}

/** The text that a member is; null when it is none. */
export function textOf(node: Node | null | undefined): string | null {
  return node?.type === 'string' ? String(node.value) : null;
}

/** Every text in a value, however deep it stands. */
export function* textsIn(node: Node): Generator<Node> {
  if (node.type === 'string') yield node;
  else if (node.type === 'array') for (const item of itemsOf(node)) yield* textsIn(item);
  else for (const { value } of membersOf(node)) yield* textsIn(value);
}

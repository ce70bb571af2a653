import type { Node, NodeType } from 'jsonc-parser';
import { limits } from '@postern/protocol';
import { checkAction } from './check-action.ts';
import type { PropertyKind } from './component-rules.ts';
import { isDynamic } from './references.ts';
import type { FlowContext, Screen } from './screens.ts';
import { itemsOf, memberOf, membersOf, textOf } from './tree.ts';

/** Where a property stands. */
export interface PropertyPlace {
  readonly context: FlowContext;
  readonly screen: Screen;
  readonly name: string;
}

/** What type of JSON a property is that nothing more is asked of. */
const shapes: Readonly<Partial<Record<PropertyKind['is'], NodeType>>> = {
  flag: 'boolean',
  number: 'number',
  condition: 'boolean',
  list: 'array',
  children: 'array',
  object: 'object',
};

/** Checks the value of one property of a component. */
export function checkProperty(node: Node, kind: PropertyKind, place: PropertyPlace): void {
  const text = textOf(node);
  if (text !== null && mayBeDynamic(kind) && isDynamic(text)) return;
  const shape = shapes[kind.is];
  if (shape && node.type !== shape) {
    const { context, name } = place;
    return context.mistakes.add('INVALID_PROPERTY_TYPE', node, `Property '${name}' must be of type ${shape}.`);
  }
  switch (kind.is) {
    case 'text':
      return checkText(node, kind, place);
    case 'texts':
      return checkTexts(node, place);
    case 'options':
      return checkOptions(node, kind.max, place);
    case 'action':
      return checkAction(node, kind.allows, place);
    case 'cases':
      return checkCases(node, place);
    default:
  }
}

function mayBeDynamic(kind: PropertyKind): boolean {
  if (kind.is === 'text') return !kind.static;
  return kind.is !== 'children' && kind.is !== 'cases' && kind.is !== 'action';
}

function checkText(
  node: Node,
  { max = limits.maxFlowTextCharacters, choices }: Extract<PropertyKind, { is: 'text' }>,
  { context: { mistakes }, name }: PropertyPlace,
): void {
  const text = textOf(node);
  if (text === null) return mistakes.add('INVALID_PROPERTY_TYPE', node, `Property '${name}' must be a string.`);
  if (choices && !choices.includes(text))
    return mistakes.add('INVALID_PROPERTY_VALUE', node, `Property '${name}' must be one of: ${choices.join(', ')}.`);
  // A picture is text too.
  if (name !== 'src' && text.length > max)
    return mistakes.add('MAX_LENGTH_EXCEEDED', node, `Property '${name}' must be at most ${max} characters long.`);
  if (text.trim() === '') mistakes.add('INVALID_PROPERTY_VALUE', node, `Property '${name}' must not be empty.`);
}

function checkTexts(node: Node, place: PropertyPlace): void {
  if (node.type !== 'array') return checkText(node, { is: 'text' }, place);
  for (const item of itemsOf(node)) checkText(item, { is: 'text' }, place);
}

/** What can be chosen: `id` and `title`, and no id twice. */
function checkOptions(node: Node, max: number, { context: { mistakes }, name }: PropertyPlace): void {
  if (node.type !== 'array') return mistakes.add('INVALID_PROPERTY_TYPE', node, `Property '${name}' must be an array.`);
  const options = itemsOf(node);
  if (options.length === 0) mistakes.add('MIN_ITEMS_REQUIRED', node, `Property '${name}' must have at least 1 item.`);
  if (options.length > max)
    mistakes.add('MAX_ITEMS_EXCEEDED', node, `Property '${name}' must have at most ${max} items.`);
  const ids = new Set<string>();
  for (const option of options) {
    const id = textOf(memberOf(option, 'id'));
    for (const member of ['id', 'title'])
      if (textOf(memberOf(option, member)) === null)
        mistakes.add(
          'MISSING_REQUIRED_PROPERTY',
          option,
          `Every item of '${name}' must have the property '${member}'.`,
        );
    if (id !== null && ids.has(id))
      mistakes.add('INVALID_PROPERTY_VALUE', option, `The ids in '${name}' must be unique.`);
    if (id !== null) ids.add(id);
  }
}

function checkCases(node: Node, { context: { mistakes }, name }: PropertyPlace): void {
  if (node.type !== 'object')
    return mistakes.add('INVALID_PROPERTY_TYPE', node, `Property '${name}' must be an object.`);
  const cases = membersOf(node);
  if (cases.length === 0) mistakes.add('MIN_ITEMS_REQUIRED', node, `Property '${name}' must have at least 1 case.`);
  for (const { value } of cases)
    if (value.type !== 'array')
      mistakes.add('INVALID_PROPERTY_TYPE', value, 'Every case must be an array of components.');
}

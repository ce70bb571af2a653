import type { Node } from 'jsonc-parser';
import { checkComponents } from './check-component.ts';
import { checkReferences } from './references.ts';
import type { FlowContext, Screen } from './screens.ts';
import { memberOf, membersOf, textOf } from './tree.ts';

type Shape = 'string' | 'boolean' | 'object' | 'array';

const properties: Readonly<Record<string, Shape>> = {
  id: 'string',
  title: 'string',
  layout: 'object',
  data: 'object',
  terminal: 'boolean',
  success: 'boolean',
  refresh_on_back: 'boolean',
  sensitive: 'array',
};

const dataTypes = ['string', 'number', 'boolean', 'object', 'array'];

/** Checks one item of the list of screens, but not that its id is its own. */
export function checkScreen(context: FlowContext, node: Node): void {
  const { mistakes, screens } = context;
  if (node.type !== 'object') return mistakes.add('INVALID_PROPERTY_TYPE', node, 'A screen must be an object.');
  for (const { key, name, value } of membersOf(node)) {
    const shape = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (!shape) mistakes.add('INVALID_PROPERTY_KEY', key, 'A screen has no property of this name.');
    else if (value.type !== shape)
      mistakes.add('INVALID_PROPERTY_TYPE', value, `Property '${name}' must be of type ${shape}.`);
  }
  for (const name of ['id', 'layout'])
    if (!memberOf(node, name))
      mistakes.add('MISSING_REQUIRED_PROPERTY', node, `A screen must have the property '${name}'.`);
  checkId(context, node);
  checkData(context, memberOf(node, 'data'));
  checkLayout(context, memberOf(node, 'layout'));
  const screen = [...screens.values()].find((each) => each.node === node);
  if (screen) checkInside(context, screen);
}

function checkId({ mistakes }: FlowContext, node: Node): void {
  const idNode = memberOf(node, 'id');
  const id = textOf(idNode);
  if (!idNode || id === null) return;
  if (id === 'SUCCESS')
    mistakes.add('RESERVED_SCREEN_ID', idNode, "'SUCCESS' is reserved and cannot be the id of a screen.");
  if (!/^[A-Za-z_]{1,80}$/.test(id))
    mistakes.add('PATTERN_MISMATCH', idNode, "Property 'id' must hold letters and underscores only, at most 80.");
}

/** The model of a screen's data: the type of each, and an example. */
function checkData({ mistakes }: FlowContext, data: Node | null): void {
  for (const { value, key } of membersOf(data ?? undefined)) {
    if (!/^[A-Za-z_]\w*$/.test(String(key.value)))
      mistakes.add('INVALID_PROPERTY_KEY', key, 'The name of data must hold letters, digits and underscores only.');
    const type = textOf(memberOf(value, 'type'));
    if (type === null || !dataTypes.includes(type))
      mistakes.add('INVALID_PROPERTY_VALUE', value, `The type of data must be one of: ${dataTypes.join(', ')}.`);
    else if (type === 'array' && !memberOf(value, 'items'))
      mistakes.add('MISSING_REQUIRED_PROPERTY', value, "Data of type array must have the property 'items'.");
    else if (type === 'object' && !memberOf(value, 'properties'))
      mistakes.add('MISSING_REQUIRED_PROPERTY', value, "Data of type object must have the property 'properties'.");
    if (!memberOf(value, '__example__'))
      mistakes.add('MISSING_REQUIRED_PROPERTY', value, "Data must have the property '__example__'.");
  }
}

function checkLayout({ mistakes }: FlowContext, layout: Node | null): void {
  if (layout?.type !== 'object') return;
  const type = memberOf(layout, 'type');
  const children = memberOf(layout, 'children');
  if (textOf(type) !== 'SingleColumnLayout')
    mistakes.add('INVALID_PROPERTY_VALUE', type ?? layout, "The layout's type must be SingleColumnLayout.");
  if (children?.type !== 'array')
    mistakes.add('INVALID_PROPERTY_TYPE', children ?? layout, "The layout must have the array 'children'.");
}

function checkInside(context: FlowContext, screen: Screen): void {
  const { mistakes } = context;
  checkComponents(context, screen);
  checkReferences(context, screen);
  const types = screen.components.map(({ type }) => type);
  if (screen.isTerminal && !types.includes('Footer'))
    mistakes.add('MISSING_FOOTER', screen.node, 'A terminal screen must have a Footer.');
  if (memberOf(screen.node, 'success') && !screen.isTerminal)
    mistakes.add('INVALID_PROPERTY_KEY', screen.node, "Only a terminal screen can have the property 'success'.");
}

import type { Node } from 'jsonc-parser';
import { limits } from '@postern/protocol';
import { componentRules } from './component-rules.ts';
import { checkProperty } from './check-property.ts';
import type { Component, FlowContext, Screen } from './screens.ts';
import { memberOf, membersOf, textOf } from './tree.ts';
import { hasSince } from './versions.ts';

/** Checks every component of a screen, and how many there are. */
export function checkComponents(context: FlowContext, screen: Screen): void {
  const { mistakes } = context;
  if (screen.components.length > limits.maxFlowComponentsPerScreen)
    mistakes.add(
      'TOO_MANY_COMPONENTS',
      screen.node,
      `A screen has at most ${limits.maxFlowComponentsPerScreen} components.`,
    );
  for (const component of screen.components) checkComponent(context, screen, component);
  checkCounts(context, screen);
  checkNames(context, screen);
}

function checkComponent(context: FlowContext, screen: Screen, { node, type }: Component): void {
  const { mistakes, version } = context;
  if (node.type !== 'object') return mistakes.add('INVALID_PROPERTY_TYPE', node, 'A component must be an object.');
  if (type === null)
    return mistakes.add('MISSING_REQUIRED_PROPERTY', node, "A component must have the property 'type'.");
  const rule = Object.hasOwn(componentRules, type) ? componentRules[type] : undefined;
  const typeNode = memberOf(node, 'type') ?? node;
  if (!rule || !hasSince(version, rule.since))
    return mistakes.add('INVALID_PROPERTY_VALUE', typeNode, "Invalid value found for property 'type'.");
  const given = new Set<string>();
  for (const { key, name, value } of membersOf(node)) {
    if (given.has(name)) mistakes.add('DUPLICATE_PROPERTY_KEY', key, `Property '${name}' stands here twice.`);
    given.add(name);
    const property = Object.hasOwn(rule.properties, name) ? rule.properties[name] : undefined;
    if (property) checkProperty(value, property.kind, { context, screen, name });
    else if (name !== 'type')
      mistakes.add('INVALID_PROPERTY_KEY', key, `A component of type ${type} has no property of this name.`);
  }
  for (const [name, { isRequired }] of Object.entries(rule.properties))
    if (isRequired && !given.has(name))
      mistakes.add('MISSING_REQUIRED_PROPERTY', node, `A component of type ${type} must have the property '${name}'.`);
}

/** What is shown in some cases only does not count: never all of it is there at once. */
function checkCounts({ mistakes }: FlowContext, { components, node }: Screen): void {
  for (const [type, { maxPerScreen }] of Object.entries(componentRules)) {
    const count = components.filter((component) => component.type === type && !component.isConditional).length;
    if (maxPerScreen !== undefined && count > maxPerScreen)
      mistakes.add('TOO_MANY_COMPONENTS', node, `A screen has at most ${maxPerScreen} components of type ${type}.`);
  }
}

function checkNames({ mistakes }: FlowContext, { components }: Screen): void {
  const names = new Map<string, Node>();
  for (const { node, type, isConditional } of components) {
    const nameNode = memberOf(node, 'name');
    const name = textOf(nameNode);
    if (!nameNode || name === null || type === null || isConditional || !componentRules[type]?.isInput) continue;
    if (names.has(name))
      mistakes.add('DUPLICATE_COMPONENT_NAME', nameNode, 'Another component of this screen has this name.');
    names.set(name, nameNode);
  }
}

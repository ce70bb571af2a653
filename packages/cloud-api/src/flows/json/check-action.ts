import type { Node } from 'jsonc-parser';
import type { ActionName } from './component-rules.ts';
import type { FlowContext, Screen } from './screens.ts';
import { memberOf, membersOf, textOf } from './tree.ts';
import { hasSince } from './versions.ts';

interface ActionPlace {
  readonly context: FlowContext;
  readonly screen: Screen;
  readonly name: string;
}

const sinceVersions: Readonly<Partial<Record<ActionName, string>>> = { update_data: '6.0', open_url: '6.0' };

/** Checks what happens when something is tapped or chosen. */
export function checkAction(node: Node, allows: readonly ActionName[], place: ActionPlace): void {
  const { context, screen } = place;
  const { mistakes, version } = context;
  if (node.type !== 'object')
    return mistakes.add('INVALID_PROPERTY_TYPE', node, `Property '${place.name}' must be an object.`);
  const nameNode = memberOf(node, 'name');
  const action = allows.find((each) => each === textOf(nameNode));
  if (action === undefined || !hasSince(version, sinceVersions[action] ?? version))
    return mistakes.add('INVALID_ACTION', nameNode ?? node, `The action's name must be one of: ${allows.join(', ')}.`);
  const payload = memberOf(node, 'payload');
  if (payload && payload.type !== 'object')
    mistakes.add('INVALID_PROPERTY_TYPE', payload, "Property 'payload' must be an object.");
  if (action === 'navigate') checkNavigation(node, place);
  if (action === 'data_exchange' && !context.hasEndpoint)
    mistakes.add('INVALID_ACTION', nameNode ?? node, "The action data_exchange needs the property 'data_api_version'.");
  if (action === 'complete' && !screen.isTerminal)
    mistakes.add('INVALID_ACTION', nameNode ?? node, 'The action complete can only stand on a terminal screen.');
  if (action === 'open_url' && textOf(memberOf(node, 'url')) === null)
    mistakes.add('MISSING_REQUIRED_PROPERTY', node, "The action open_url must have the property 'url'.");
}

/** The screen that an action leads to; null when it leads to none. */
export function targetOf(action: Node): Node | null {
  if (textOf(memberOf(action, 'name')) !== 'navigate') return null;
  return memberOf(memberOf(action, 'next') ?? undefined, 'name');
}

function checkNavigation(node: Node, { context: { mistakes, screens }, screen }: ActionPlace): void {
  const next = targetOf(node);
  const id = textOf(next);
  if (!next || id === null)
    return mistakes.add(
      'MISSING_REQUIRED_PROPERTY',
      node,
      "The action navigate must have the property 'next' with a 'name'.",
    );
  const target = screens.get(id);
  if (!target) return mistakes.add('UNKNOWN_SCREEN', next, 'The action navigate leads to a screen that is not there.');
  if (target === screen) return mistakes.add('INVALID_ACTION', next, 'A screen cannot lead to itself.');
  const given = new Set(membersOf(memberOf(node, 'payload') ?? undefined).map(({ name }) => name));
  const missing = [...target.data].filter((name) => !given.has(name));
  if (missing.length > 0) mistakes.add('INVALID_ACTION', node, 'The payload lacks data that the next screen declares.');
}

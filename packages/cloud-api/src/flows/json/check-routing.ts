import type { Node } from 'jsonc-parser';
import { limits } from '@postern/protocol';
import { targetOf } from './check-action.ts';
import type { FlowContext, Screen } from './screens.ts';
import { itemsOf, memberOf, membersOf, textOf } from './tree.ts';

type Routes = ReadonlyMap<string, ReadonlySet<string>>;

/** Checks how screens lead to each other: what the file says of it, and that every way comes to an end. */
export function checkRouting(context: FlowContext, root: Node): void {
  const { mistakes, hasEndpoint } = context;
  const model = memberOf(root, 'routing_model');
  const navigated = navigatedRoutes(context);
  if (!model) {
    if (hasEndpoint)
      mistakes.add(
        'MISSING_REQUIRED_PROPERTY',
        root,
        "With 'data_api_version' the property 'routing_model' is required.",
      );
    else checkWays(context, { routes: navigated, at: memberOf(root, 'screens') ?? root });
    return;
  }
  if (model.type !== 'object')
    return mistakes.add('INVALID_PROPERTY_TYPE', model, "Property 'routing_model' must be an object.");
  const routes = readModel(context, model);
  checkNavigated(context, { model, routes, navigated });
  checkWays(context, { routes, at: model });
}

/** Where the actions of the screens lead. */
function navigatedRoutes({ screens }: FlowContext): Routes {
  return new Map([...screens.values()].map((screen) => [screen.id, new Set(targetsOf(screen, screens))]));
}

function* targetsOf(screen: Screen, screens: FlowContext['screens']): Generator<string> {
  for (const action of actionsIn(screen.node)) {
    const id = textOf(targetOf(action));
    if (id !== null && id !== screen.id && screens.has(id)) yield id;
  }
}

function* actionsIn(node: Node): Generator<Node> {
  for (const item of itemsOf(node)) yield* actionsIn(item);
  for (const { name, value } of membersOf(node)) {
    if (/^on-(?:click|select|unselect)-action$/.test(name)) yield value;
    else yield* actionsIn(value);
  }
}

function readModel({ mistakes, screens }: FlowContext, model: Node): Routes {
  const routes = new Map<string, Set<string>>();
  for (const { key, name, value } of membersOf(model)) {
    if (!screens.has(name)) mistakes.add('UNKNOWN_SCREEN', key, 'The routing model names a screen that is not there.');
    if (value.type !== 'array') mistakes.add('INVALID_PROPERTY_TYPE', value, 'A route must be an array of screen ids.');
    const targets = itemsOf(value);
    if (targets.length > limits.maxFlowRoutesPerScreen)
      mistakes.add('MAX_ITEMS_EXCEEDED', value, `A screen leads to at most ${limits.maxFlowRoutesPerScreen} others.`);
    for (const target of targets) {
      const id = textOf(target);
      if (id === null || !screens.has(id))
        mistakes.add('UNKNOWN_SCREEN', target, 'The routing model names a screen that is not there.');
      else if (id === name) mistakes.add('INVALID_ROUTING_MODEL', target, 'A screen cannot lead to itself.');
      else routes.set(name, (routes.get(name) ?? new Set()).add(id));
    }
    if (!routes.has(name)) routes.set(name, new Set());
  }
  for (const id of screens.keys())
    if (!routes.has(id)) mistakes.add('INVALID_ROUTING_MODEL', model, 'The routing model must name every screen.');
  return routes;
}

/** What an action does must be among what the routing model allows. */
function checkNavigated(
  { mistakes }: FlowContext,
  { model, routes, navigated }: { model: Node; routes: Routes; navigated: Routes },
): void {
  for (const [from, targets] of navigated)
    for (const target of targets)
      if (!routes.get(from)?.has(target))
        mistakes.add('INVALID_ROUTING_MODEL', model, 'An action leads where the routing model does not lead.');
}

/** Forward only, beginning somewhere, and from everywhere to a terminal screen. */
function checkWays({ mistakes, screens }: FlowContext, { routes, at }: { routes: Routes; at: Node }): void {
  if (screens.size === 0) return;
  for (const [from, targets] of routes)
    for (const target of targets)
      if (from < target && routes.get(target)?.has(from))
        mistakes.add('INVALID_ROUTING_MODEL', at, 'Two screens cannot lead to each other: going back needs no route.');
  const reached = new Set([...routes.values()].flatMap((targets) => [...targets]));
  if ([...screens.keys()].every((id) => reached.has(id)))
    mistakes.add('INVALID_ROUTING_MODEL', at, 'There must be a first screen, to which no other one leads.');
  const ending = endingScreens(screens, routes);
  if (ending.size < screens.size && ending.size > 0)
    mistakes.add('INVALID_ROUTING_MODEL', at, 'Every screen must lead to a terminal screen.');
}

/** The screens from which a terminal one can be reached. */
function endingScreens(screens: FlowContext['screens'], routes: Routes): ReadonlySet<string> {
  const ending = new Set([...screens.values()].filter(({ isTerminal }) => isTerminal).map(({ id }) => id));
  for (let before = -1; before !== ending.size;) {
    before = ending.size;
    for (const [from, targets] of routes)
      if (screens.has(from) && [...targets].some((target) => ending.has(target))) ending.add(from);
  }
  return ending;
}

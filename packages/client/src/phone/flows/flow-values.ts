import { objectOf, type Json } from './flow-json.ts';

/** What references on a screen can mean. */
export interface FlowScope {
  readonly screen: string;
  /** What each screen was opened with, by its id. */
  readonly data: Json;
  /** What was entered on each screen, by its id. */
  readonly entered: Json;
}

/** A value of a flow's file with what its references mean in their place; an expression stays as it is. */
export function resolveValue(value: unknown, scope: FlowScope): unknown {
  if (typeof value === 'string') {
    const [, reference] = /^\$\{([^{}]*)\}$/.exec(value) ?? [];
    return reference === undefined ? value : lookUp(reference.trim().split('.'), scope);
  }
  if (Array.isArray(value)) return value.map((each) => resolveValue(each, scope));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolveValue(each, scope)]));
}

function lookUp([kind = '', ...path]: readonly string[], scope: FlowScope): unknown {
  if (kind === 'screen') {
    const [screen = '', ...rest] = path;
    return lookUp(rest, { ...scope, screen });
  }
  if (kind !== 'data' && kind !== 'form') return null;
  const from = kind === 'data' ? scope.data : scope.entered;
  return path.reduce<unknown>((at, name) => own(objectOf(at), name), own(from, scope.screen)) ?? null;
}

function own(object: Json, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

import { objectOf, objectsOf, textOf, type Json } from './flow-json.ts';

/** What can be tapped on. */
export interface FlowTap {
  /** What stands on it. */
  readonly label: string;
  readonly action: Json;
}

/** The screen of this id, or the first one; null when the file has none. */
export function findScreen(file: Json, id: string | null): Json | null {
  const screens = objectsOf(file['screens']);
  return (id === null ? screens[0] : screens.find((screen) => screen['id'] === id)) ?? null;
}

/** Every component of a screen that may be shown, those of every branch of a condition too. */
export function componentsOf(screen: Json): Json[] {
  return objectsOf(objectOf(screen['layout'])['children']).flatMap(withInner);
}

function withInner(component: Json): Json[] {
  const lists = [
    component['children'],
    component['then'],
    component['else'],
    ...Object.values(objectOf(component['cases'])),
  ];
  return [component, ...lists.flatMap((list) => objectsOf(list).flatMap(withInner))];
}

/** What can be tapped on a screen. */
export function tapsOf(screen: Json): FlowTap[] {
  return componentsOf(screen).flatMap((component) => {
    const items = objectsOf(component['list-items']).map((item) => {
      return {
        ...objectOf(item['main-content']),
        'on-click-action': item['on-click-action'] ?? component['on-click-action'],
      };
    });
    return (items.length > 0 ? items : [component]).flatMap((each: Json) => {
      const label = textOf(each['label']) ?? textOf(each['text']) ?? textOf(each['title']);
      const action = each['on-click-action'];
      return label === null || action === undefined ? [] : [{ label, action: objectOf(action) }];
    });
  });
}

/** The names of the inputs that must be filled in before one goes on. */
export function requiredInputs(screen: Json): string[] {
  return componentsOf(screen).flatMap(({ name, required }) =>
    required === true && typeof name === 'string' ? [name] : [],
  );
}

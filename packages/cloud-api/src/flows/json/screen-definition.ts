import type { JsonObject } from '../../contract/json-value.ts';
import type { FlowDocument } from '../flow.ts';

/** The screens of a file without mistakes, in their order; none of a file that is no JSON. */
export function listScreens({ text }: Pick<FlowDocument, 'text'>): readonly JsonObject[] {
  try {
    const { screens } = JSON.parse(text) as { screens?: JsonObject[] };
    return Array.isArray(screens) ? screens : [];
  } catch {
    return [];
  }
}

export function hasScreen(document: Pick<FlowDocument, 'text'>, id: string): boolean {
  return listScreens(document).some((screen) => screen['id'] === id);
}

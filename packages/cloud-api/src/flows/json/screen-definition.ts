import type { JsonObject } from '../../contract/json-value.ts';
import type { FlowDocument } from '../flow.ts';

type ReadDocument = Pick<FlowDocument, 'text' | 'mistakes'>;

/** The screens of a file, in their order; none of a file that is no JSON, or is nested too deep to be looked at. */
export function listScreens({ text, mistakes }: ReadDocument): readonly JsonObject[] {
  if (mistakes.some(({ error }) => error === 'INVALID_JSON')) return [];
  const { screens } = JSON.parse(text) as { screens?: JsonObject[] };
  return Array.isArray(screens) ? screens : [];
}

export function hasScreen(document: ReadDocument, id: string): boolean {
  return listScreens(document).some((screen) => screen['id'] === id);
}

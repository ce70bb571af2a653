import { isGraphId } from '../local-nodes/graph-id.ts';
import type { FindLocalNode } from '../local-nodes/local-nodes.ts';
import type { Templates } from './templates.ts';

/** Finds templates for those who may act on their business account. */
export function findTemplateNode(templates: Pick<Templates, 'find'>): FindLocalNode {
  return async (id, { wabaIds }) => {
    const template = isGraphId(id) && wabaIds.length > 0 ? await templates.find(wabaIds, id) : null;
    return template && { kind: 'message_template', id, wabaId: template.wabaId, template };
  };
}

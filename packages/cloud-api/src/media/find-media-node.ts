import { isGraphId } from '../local-nodes/graph-id.ts';
import type { FindLocalNode } from '../local-nodes/local-nodes.ts';
import type { MediaStore } from './media-store.ts';

/** Finds media for those who may act on their business account. */
export function findMediaNode(store: Pick<MediaStore, 'find'>): FindLocalNode {
  return async (id, { wabaIds }) => {
    const row = isGraphId(id) ? await store.find(id, wabaIds) : null;
    return row && { kind: 'media', id, wabaId: row.waba_id, phoneNumberId: row.phone_number_id };
  };
}

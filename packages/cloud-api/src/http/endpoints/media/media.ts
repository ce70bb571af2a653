import { Type } from 'typebox';
import type { MediaNode } from '../../../local-nodes/local-nodes.ts';
import { unknownObjectError } from '../../graph-errors.ts';
import { mediaUrl } from '../../media-download.ts';
import { success, type MediaOperation } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import { count, graphId, messagingProduct, succeeded, webLink } from '../../shapes.ts';

const takes = Type.Object({
  phone_number_id: Type.Optional(Type.String({ description: 'Only if it is a medium of this number.' })),
});

const permission = 'whatsapp_business_messaging';

/** `GET /{media}` (contract section 3.2): what it is, and where it can be had for five minutes. */
export const getMedia: MediaOperation = {
  name: 'media',
  method: 'GET',
  edge: null,
  permission,
  schema: {
    summary: 'Tells what a medium is, and where it can be had for five minutes',
    takes,
    answers: Type.Object({
      messaging_product: messagingProduct,
      url: webLink,
      mime_type: Type.String(),
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
      file_size: count,
      id: graphId,
    }),
  },
  async run({ media }, { node, parameters, url }) {
    checkNumber(node, { parameters, method: 'GET' });
    const described = await media.describe(node);
    if (!described) throw unknownObjectError('GET', node.id);
    const { mimeType, sha256, size } = described.record;
    return {
      messaging_product: 'whatsapp',
      url: mediaUrl(described.url, url),
      mime_type: mimeType,
      sha256: Buffer.from(sha256).toString('hex'),
      file_size: size,
      id: node.id,
    };
  },
};

/** `DELETE /{media}` */
export const removeMedia: MediaOperation = {
  name: 'remove media',
  method: 'DELETE',
  edge: null,
  permission,
  schema: {
    summary: 'Deletes a medium',
    takes,
    answers: succeeded,
  },
  async run({ media }, { node, parameters }) {
    checkNumber(node, { parameters, method: 'DELETE' });
    if (await media.remove(node)) return success;
    throw unknownObjectError('DELETE', node.id);
  },
};

/** `phone_number_id` restricts a request to media of that number. @throws GraphError 100/33 */
function checkNumber(
  { id, phoneNumberId }: MediaNode,
  { parameters, method }: { parameters: Parameters; method: string },
): void {
  const only = parameters.findText('phone_number_id');
  if (only !== null && only !== phoneNumberId) throw unknownObjectError(method, id);
}

import type { Phone, Said } from '@postern/client';
import { MediaKind } from '@postern/protocol';
import { badRequest } from '../bad-request.ts';

const kinds = {
  image: { kind: MediaKind.IMAGE, mimeTypes: /^image\//i },
  video: { kind: MediaKind.VIDEO, mimeTypes: /^video\//i },
  audio: { kind: MediaKind.AUDIO, mimeTypes: /^audio\//i },
  document: { kind: MediaKind.DOCUMENT, mimeTypes: /./ },
  sticker: { kind: MediaKind.STICKER, mimeTypes: /^image\/webp\b/i },
} as const;

interface MediaPayload {
  readonly id: string;
  readonly caption?: string;
  readonly filename?: string;
  readonly voice?: boolean;
  readonly animated?: boolean;
}

/** Media that are on the phone, as content. @throws HttpError 400 */
export function saidMedia(type: keyof typeof kinds, payload: MediaPayload, { phone }: { phone: Phone }): Said {
  const { id, caption = '', voice = false, animated = false } = payload;
  const medium = phone.media.find(id);
  if (!medium) throw badRequest(`${type}.id must be the id of media on this phone; see POST /people/{waId}/media.`);
  const { kind, mimeTypes } = kinds[type];
  const { attachment } = medium;
  if (!mimeTypes.test(attachment.mimeType)) throw badRequest(`${type}.id is of media of type ${attachment.mimeType}.`);
  const filename = type === 'document' ? (payload.filename ?? medium.filename) : '';
  const { blobId, key, size, sha256, mimeType } = attachment;
  return {
    case: 'media',
    value: { kind, attachment: { blobId, key, size, sha256, mimeType }, caption, filename, voice, animated },
  };
}

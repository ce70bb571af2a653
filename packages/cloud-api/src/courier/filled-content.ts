import { ContentSchema, decode, encode, MediaKind, type Attachment, type Message } from '@postern/protocol';

/** An attachment that is made, and what the message may say of it. */
export interface MadeAttachment {
  readonly attachment: Attachment;
  readonly filename: string | null;
  readonly isAnimated: boolean;
}

/** The content of a message with its attachments filled in, in their order; null when it has not so many. */
export function fillContent(content: Uint8Array, made: readonly MadeAttachment[]): Uint8Array | null {
  const decoded = decode(ContentSchema, content);
  if (decoded?.body.case !== 'message') return null;
  return fillMessage(decoded.body.value, made) ? encode(ContentSchema, decoded) : null;
}

function fillMessage({ body }: Message, made: readonly MadeAttachment[]): boolean {
  if (body.case === 'interactive' || body.case === 'template') {
    if (body.value.attachments.length !== made.length) return false;
    body.value.attachments = made.map(({ attachment }) => attachment);
    return true;
  }
  const [only] = made;
  if (body.case !== 'media' || !only || made.length !== 1) return false;
  const { value: media } = body;
  media.attachment = only.attachment;
  if (media.kind === MediaKind.DOCUMENT) media.filename ||= only.filename ?? '';
  media.animated = media.kind === MediaKind.STICKER && only.isAnimated;
  return true;
}

import { fileTypeFromBuffer } from 'file-type';
import type { MediaForm } from './media-kinds.ts';

/** What the first bytes of a file say that it is: a media type; `text/plain` for text of no known form; null for neither. */
export async function sniffType(head: Uint8Array): Promise<string | null> {
  const found = await fileTypeFromBuffer(head);
  if (found) return found.mime;
  return isText(head) ? 'text/plain' : null;
}

/** Whether a file that looks like this may have this form. */
export function mayHaveForm({ looksLike, mimeType }: MediaForm, sniffed: string | null): boolean {
  if (sniffed === null) return false;
  // Text can happen to begin like XML or another form that is text itself.
  return looksLike.includes(sniffed) || (mimeType === 'text/plain' && textForms.has(sniffed));
}

const textForms = new Set(['application/xml', 'application/rtf', 'text/calendar', 'text/vcard', 'text/vtt']);

/** WebP that moves: its extended header (VP8X) says so. */
export function isAnimatedWebp(head: Uint8Array): boolean {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const isExtended = bytes.length > 20 && bytes.toString('latin1', 8, 16) === 'WEBPVP8X';
  return isExtended && ((bytes[20] ?? 0) & 0x02) !== 0;
}

/** Text holds no control characters but those that lay it out. */
function isText(head: Uint8Array): boolean {
  return head.length > 0 && head.every((byte) => byte >= 0x20 || layout.has(byte));
}

// Tab, line feed, form feed, carriage return, escape.
const layout = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x1b]);

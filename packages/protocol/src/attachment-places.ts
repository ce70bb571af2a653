import type { Attachment } from './generated/postern/content/v1/content_pb.js';

type Json = Record<string, unknown>;

/**
 * Reads the JSON of an interactive message or a template, and puts what `words` says of an attachment in the place of its
 * number: `{"image":{"attachment":0}}` becomes `{"image":{"id":…}}`. Media stand in headers, of the message and of cards;
 * nothing else is touched, because a business may call its own data what it likes. Null when the JSON is no object.
 */
export function withAttachments(
  json: string,
  attachments: readonly Attachment[],
  words: (attachment: Attachment, index: number) => object,
): Json | null {
  const parsed = parseObject(json);
  if (!parsed) return null;
  for (const header of headersOf(parsed)) {
    const { attachment: index, ...others } = header.media;
    const attachment = typeof index === 'number' ? attachments[index] : undefined;
    if (attachment && typeof index === 'number') header.put({ ...others, ...words(attachment, index) });
  }
  return parsed;
}

function parseObject(json: string): Json | null {
  try {
    return objectOf(JSON.parse(json));
  } catch {
    return null;
  }
}

function objectOf(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

interface MediaPlace {
  readonly media: Json;
  readonly put: (media: Json) => void;
}

const mediaTypes = ['image', 'video', 'document', 'gif'];

function headersOf(interactive: Json): MediaPlace[] {
  const cards = [interactive['cards'], objectOf(interactive['action'])?.['cards']].flatMap((list) =>
    Array.isArray(list) ? (list as unknown[]) : [],
  );
  return [interactive, ...cards].flatMap((holder) => {
    const header = objectOf(objectOf(holder)?.['header']);
    return header ? mediaPlaces(header) : [];
  });
}

function mediaPlaces(header: Json): MediaPlace[] {
  return mediaTypes.flatMap((type) => {
    const media = objectOf(header[type]);
    if (!media) return [];
    const put = (changed: Json) => {
      header[type] = changed;
    };
    return [{ media, put }];
  });
}

/** What media are to a message (contract section 3.1). */
export type MediaKindName = 'audio' | 'document' | 'image' | 'sticker' | 'video';

/** A form that media may have: how large at most, and what its bytes look like. */
export interface MediaForm {
  readonly mimeType: string;
  readonly kind: MediaKindName;
  readonly maxBytes: number;
  /** What the library that looks at the bytes says of such a file. */
  readonly looksLike: readonly string[];
}

const kib = 1024;
const mib = 1024 * kib;

/** The most that media of each kind may have; of stickers those that move. */
export const maxBytesOf: Readonly<Record<MediaKindName, number>> = {
  audio: 16 * mib,
  document: 100 * mib,
  image: 5 * mib,
  sticker: 500 * kib,
  video: 16 * mib,
};
export const maxStillStickerBytes = 100 * kib;

const office = 'application/vnd.openxmlformats-officedocument';
const zipped = ['application/zip'];
const compound = ['application/x-cfb'];

// Both are containers that hold either; which of the two it is said to be is for its sender to know.
const mpeg4 = ['video/mp4', 'audio/mp4', 'audio/x-m4a', 'video/x-m4v'];

const forms: readonly (readonly [kind: MediaKindName, mimeType: string, looksLike: readonly string[]])[] = [
  ['audio', 'audio/aac', ['audio/aac']],
  ['audio', 'audio/amr', ['audio/amr']],
  ['audio', 'audio/mpeg', ['audio/mpeg']],
  ['audio', 'audio/mp4', mpeg4],
  ['audio', 'audio/ogg', ['audio/ogg; codecs=opus']],
  ['document', 'text/plain', ['text/plain']],
  ['document', 'application/pdf', ['application/pdf']],
  ['document', 'application/vnd.ms-powerpoint', compound],
  ['document', 'application/msword', compound],
  ['document', 'application/vnd.ms-excel', compound],
  ['document', `${office}.wordprocessingml.document`, [`${office}.wordprocessingml.document`, ...zipped]],
  ['document', `${office}.presentationml.presentation`, [`${office}.presentationml.presentation`, ...zipped]],
  ['document', `${office}.spreadsheetml.sheet`, [`${office}.spreadsheetml.sheet`, ...zipped]],
  ['image', 'image/jpeg', ['image/jpeg']],
  ['image', 'image/png', ['image/png']],
  ['sticker', 'image/webp', ['image/webp']],
  ['video', 'video/mp4', mpeg4],
  ['video', 'video/3gpp', ['video/3gpp', 'video/3gpp2']],
];

const formsByType: ReadonlyMap<string, MediaForm> = new Map(
  forms.map(([kind, mimeType, looksLike]) => [mimeType, { kind, mimeType, looksLike, maxBytes: maxBytesOf[kind] }]),
);

/** Every type that media may be uploaded as. */
export const mediaTypes: readonly string[] = [...formsByType.keys()];

/** Other names that the same forms go by. */
const aliases: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'video/3gp': 'video/3gpp',
  'audio/mp3': 'audio/mpeg',
  'audio/x-m4a': 'audio/mp4',
  'audio/opus': 'audio/ogg',
};

/** The form that a media type names; null when media cannot have it. Parameters of the type are not looked at. */
export function findMediaForm(mediaType: string): MediaForm | null {
  const bare = bareType(mediaType);
  return formsByType.get(aliases[bare] ?? bare) ?? null;
}

/** A media type without its parameters, in lower case. */
export function bareType(mediaType: string): string {
  return mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

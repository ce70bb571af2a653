import { limits, MediaKind } from '@postern/protocol';
import type { Parameters } from '../parameters.ts';
import { filenameOf, parseMediaUse } from './media-parameter.ts';
import { freeForm, type ParseMessage } from './message-type.ts';

type MediaType = 'image' | 'video' | 'audio' | 'document' | 'sticker';

const kinds = {
  image: MediaKind.IMAGE,
  video: MediaKind.VIDEO,
  audio: MediaKind.AUDIO,
  document: MediaKind.DOCUMENT,
  sticker: MediaKind.STICKER,
} as const satisfies Readonly<Record<MediaType, MediaKind>>;

/** Reads one medium with what is said about it: only what a type has (contract section 2.3). */
export function parseMediaOf(type: MediaType): ParseMessage {
  return (parameters) => {
    const object = parameters.getObject(type);
    const use = parseMediaUse(object, type);
    const filename = type === 'document' ? (findFilename(object) ?? filenameOf(use.source) ?? '') : '';
    const value = {
      kind: kinds[type],
      attachment: {},
      caption: findCaption(object, type),
      filename,
      voice: type === 'audio' && (object.findFlag('voice') ?? false),
    };
    return freeForm({ case: 'media', value }, [use]);
  };
}

function findCaption(object: Parameters, type: MediaType): string {
  if (type === 'audio' || type === 'sticker') return '';
  return object.findText('caption', limits.maxCaptionCharacters) ?? '';
}

function findFilename(object: Parameters): string | null {
  return object.findText('filename', limits.maxFilenameCharacters);
}

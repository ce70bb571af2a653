import { limits } from '@postern/protocol';
import type { MediaList } from '../../../messages/media-use.ts';
import type { Parameters } from '../../parameters.ts';
import { filenameOf, parseMediaUse } from '../media-parameter.ts';
import { present } from '../present.ts';
import type { HeaderType } from './interactive-kind.ts';

/** Reads a header of one of these types; the place of its attachment stands for a medium. @throws GraphError */
export function parseHeader(header: Parameters, types: readonly HeaderType[], media: MediaList): object {
  const type = header.getChoice('type', types);
  if (type === 'text') return { type, text: header.getText('text', limits.maxHeaderTextCharacters) };
  const object = header.getObject(type);
  const use = parseMediaUse(object, type);
  const filename =
    type === 'document' ? (object.findText('filename', limits.maxFilenameCharacters) ?? filenameOf(use.source)) : null;
  return { type, [type]: { ...media.add(use), ...present({ filename }) } };
}

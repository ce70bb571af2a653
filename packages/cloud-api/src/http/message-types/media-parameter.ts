import type { MediaSource } from '../../messages/message-record.ts';
import type { MediaUse } from '../../messages/media-use.ts';
import type { MediaUseKind } from '../../messages/message-record.ts';
import { parameterError, valueError } from '../graph-errors.ts';
import type { Parameters } from '../parameters.ts';
import { findWebLink } from '../web-link.ts';

const mediaIdPattern = /^[0-9]{1,20}$/;

/** Reads which medium an object names: by `id` or by `link`, exactly one. @throws GraphError */
export function parseMediaUse(object: Parameters, kind: MediaUseKind): MediaUse {
  const id = findMediaId(object);
  const link = findWebLink(object, 'link');
  if (id !== null && link !== null)
    throw parameterError(`Of the parameters ${bothLabels(object)} there must be exactly one.`);
  if (id !== null) return { source: { id }, kind, label: object.label('id') };
  if (link !== null) return { source: { link: link.href }, kind, label: object.label('link') };
  throw parameterError(`One of the parameters ${bothLabels(object)} is required.`);
}

/** The last part of a link's path, as the name of what it leads to; null when that says nothing. */
export function filenameOf(source: MediaSource): string | null {
  if (!('link' in source)) return null;
  const name = URL.parse(source.link)?.pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(name) || null;
  } catch {
    return name || null;
  }
}

function findMediaId(object: Parameters): string | null {
  const id = object.findText('id');
  if (id === null || mediaIdPattern.test(id)) return id;
  throw valueError(`Param ${object.label('id')} must be the id of uploaded media.`);
}

function bothLabels(object: Parameters): string {
  return `${object.label('id')} and ${object.label('link')}`;
}

import type { MediaUseKind } from '../messages/message-record.ts';
import type { Measures } from './measured.ts';
import { findMediaForm, maxBytesOf, bareType, type MediaKindName } from './media-kinds.ts';
import type { CheckedForm } from './media-form.ts';
import { checkForm } from './media-form.ts';
import { MediaRefusedError } from './media-refused.ts';
import { mayHaveForm, sniffType } from './sniff.ts';

/** What media have to be that are shown like this; a moving picture without sound is a video. */
export function kindOfUse(use: MediaUseKind): MediaKindName {
  return use === 'gif' ? 'video' : use;
}

/** What was fetched for a message, when it may be shown like this. @throws MediaRefusedError */
export async function checkLinked(
  measures: Pick<Measures, 'size' | 'head'>,
  { type, use }: { type: string | null; use: MediaUseKind },
): Promise<{ mimeType: string; isAnimated: boolean }> {
  if (use === 'document') return { mimeType: await checkDocument(measures, type), isAnimated: false };
  const { form, isAnimated }: CheckedForm = await checkForm(measures, { type: type ?? '', kind: null });
  if (form.kind !== kindOfUse(use)) throw wrongKind();
  return { mimeType: form.mimeType, isAnimated };
}

/** Whether media that were uploaded may be shown like this: anything passes as a document. @throws MediaRefusedError */
export function checkUploaded({ mimeType }: { mimeType: string }, use: MediaUseKind): void {
  if (use !== 'document' && findMediaForm(mimeType)?.kind !== kindOfUse(use)) throw wrongKind();
}

/** A document may be of any type; of a type that we know it has to be that. */
async function checkDocument({ size, head }: Pick<Measures, 'size' | 'head'>, type: string | null): Promise<string> {
  const form = type === null ? null : findMediaForm(type);
  if (form && !mayHaveForm(form, await sniffType(head))) throw wrongKind();
  if (size > maxBytesOf.document) throw new MediaRefusedError('size', 'The document is too large.');
  return form?.mimeType ?? (type === null || bareType(type) === '' ? 'application/octet-stream' : bareType(type));
}

function wrongKind(): MediaRefusedError {
  return new MediaRefusedError('type', 'The media are not of a type that the message can carry.');
}

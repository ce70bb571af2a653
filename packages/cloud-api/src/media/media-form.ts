import type { Measures } from './measured.ts';
import { findMediaForm, maxStillStickerBytes, type MediaForm, type MediaKindName } from './media-kinds.ts';
import { notOfItsType, tooLarge, unknownType } from './media-refused.ts';
import { isAnimatedWebp, mayHaveForm, sniffType } from './sniff.ts';

/** What a file turned out to be. */
export interface CheckedForm {
  readonly form: MediaForm;
  readonly isAnimated: boolean;
}

/**
 * Tells what form a file has, by what it is said to be and what its bytes look like. Where only its kind is said, the bytes
 * decide. @throws MediaRefusedError
 */
export async function checkForm(
  { size, head }: Pick<Measures, 'size' | 'head'>,
  { type, kind }: { type: string | null; kind: MediaKindName | null },
): Promise<CheckedForm> {
  const sniffed = await sniffType(head);
  const form = type === null ? formOfKind(kind, sniffed) : findMediaForm(type);
  if (!form) throw unknownType();
  if (!mayHaveForm(form, sniffed)) throw notOfItsType();
  const isAnimated = form.kind === 'sticker' && isAnimatedWebp(head);
  const maxBytes = form.kind === 'sticker' && !isAnimated ? maxStillStickerBytes : form.maxBytes;
  if (size > maxBytes) throw tooLarge(form, maxBytes);
  return { form, isAnimated };
}

function formOfKind(kind: MediaKindName | null, sniffed: string | null): MediaForm | null {
  const form = sniffed === null ? null : findMediaForm(sniffed);
  return form?.kind === kind ? form : null;
}

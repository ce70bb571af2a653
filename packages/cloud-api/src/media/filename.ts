import { limits } from '@postern/protocol';

/** The last part of a name, without what does not show; null when nothing is left. */
export function cleanFilename(filename: string): string | null {
  const base = filename.split(/[/\\]/).at(-1) ?? '';
  const clean = base.replace(/\p{C}/gu, '').trim().slice(0, limits.maxFilenameCharacters);
  return clean === '' || clean === '.' || clean === '..' ? null : clean;
}

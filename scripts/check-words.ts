import { listFiles, readText } from './tree.ts';
import { conclude } from './verdict.ts';

// The brackets keep this file from finding itself.
const unfinishedWork = /\b(?:TO[D]O|FIX[M]E|XX[X]|HAC[K])\b/;
const emptyNames = /^(?:utils?|helpers?|common|types?|misc)$/i;
const notOurs = /^(?:LICENSE|package-lock\.json|packages\/protocol\/src\/generated\/)|\.(?:png|ico|woff2)$/;

/** A name says nothing when it would fit any content: `utils`, `helpers`, `common`, `types`. */
function checkName(path: string): string[] {
  const parts = path.split('/').map((part) => part.replace(/\..*$/, ''));
  return parts.filter((part) => emptyNames.test(part)).map((part) => `${path}: "${part}" names no idea`);
}

function checkWords(path: string): string[] {
  return readText(path)
    .split('\n')
    .flatMap((text, index) => {
      const word = unfinishedWork.exec(text)?.[0];
      return word === undefined ? [] : [`${path}:${index + 1}: "${word}" marks unfinished work`];
    });
}

const files = listFiles().filter((path) => !notOurs.test(path));
conclude({
  seen: files.length,
  what: 'files',
  problems: files.flatMap((path) => [...checkName(path), ...checkWords(path)]),
});

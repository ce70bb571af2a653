/** One place where a source file names another module. */
export interface Import {
  specifier: string;
  /** Counted from 1. */
  line: number;
}

const gap = String.raw`(?:\s|/\*(?:(?!\*/)[\s\S])*\*/)*`;
const literal = String.raw`(['"\`])((?:\\.|(?!\1)[^\n])*)\1`;

// `import x from '…'`, `export … from '…'`, `import '…'`, `import('…')` also as a type, `require('…')`.
const importPattern = new RegExp(String.raw`(?<![.\w])(?:from|import|require)${gap}\(?${gap}${literal}`, 'g');

// A name that goes past the import syntax: createRequire, import.meta.resolve, new Worker(new URL('…')).
const namePattern = /(['"`])(@(?:postern|signalapp)\/[^'"`\n]+|\.\.?\/[^'"`\n]*\.[cm]?[jt]sx?)\1/g;

const callPattern = new RegExp(String.raw`(?<![.\w])(?:import|require)${gap}\(${gap}`, 'g');
const plainArgument = /^(['"])[^'"\n]*\1\s*[,)]/;

const commentLine = /^\s*(?:\/\/.*|\*.*|\/\*(?:(?!\*\/).)*(?:\*\/\s*)?)$/;

function withoutCommentLines(source: string): string {
  return source
    .split('\n')
    .map((line) => (commentLine.test(line) ? '' : line))
    .join('\n');
}

function lineAt(source: string, index: number): number {
  return source.slice(0, index).split('\n').length;
}

/**
 * Finds every module that a source file names, in whatever form. It errs towards finding too much: a quoted workspace
 * name counts wherever it stands, except on a line that is only a comment.
 */
export function findImports(source: string): Import[] {
  const text = withoutCommentLines(source);
  const found = [...text.matchAll(importPattern), ...text.matchAll(namePattern)].map((match) => ({
    specifier: match[2] ?? '',
    line: lineAt(text, match.index),
  }));
  const unique = new Map(found.map((one) => [`${one.line} ${one.specifier}`, one]));
  return [...unique.values()].toSorted((one, other) => one.line - other.line);
}

/** Finds the lines where `import(…)` or `require(…)` loads something that is only known when the program runs. */
export function findComputedImports(source: string): number[] {
  const text = withoutCommentLines(source);
  return [...text.matchAll(callPattern)]
    .filter((match) => !plainArgument.test(text.slice(match.index + match[0].length)))
    .map((match) => lineAt(text, match.index));
}

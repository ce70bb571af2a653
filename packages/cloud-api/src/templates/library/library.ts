import { englishWords } from './english.ts';
import { germanWords } from './german.ts';
import { libraryKinds } from './kinds.ts';
import { codeTemplates, templatesOf, type LibraryTemplate } from './library-template.ts';
import { spanishWords } from './spanish.ts';

/** Every template that is there for everybody. */
export const library: readonly LibraryTemplate[] = [
  ...templatesOf(libraryKinds, { language: 'en_US', firstId: 101, words: englishWords }),
  ...templatesOf(libraryKinds, { language: 'de', firstId: 201, words: germanWords }),
  ...templatesOf(libraryKinds, { language: 'es', firstId: 301, words: spanishWords }),
  ...codeTemplates(901),
];

/** Which of them are meant; null leaves out nothing. */
export interface LibraryFilter {
  /** A part of the name or of what it says. */
  readonly search: string | null;
  readonly topic: string | null;
  readonly usecase: string | null;
  readonly industry: string | null;
  readonly language: string | null;
}

export function listLibrary({ search, topic, usecase, industry, language }: LibraryFilter): LibraryTemplate[] {
  const part = search?.toLowerCase() ?? '';
  return library.filter(
    (each) =>
      [each.name, each.header ?? '', each.body].some((text) => text.toLowerCase().includes(part)) &&
      (topic === null || each.topic === topic) &&
      (usecase === null || each.usecase === usecase) &&
      (industry === null || each.industry.includes(industry)) &&
      (language === null || each.language === language),
  );
}

/** The template of this name in this very language. */
export function findLibraryTemplate(name: string, language: string): LibraryTemplate | null {
  return library.find((each) => each.name === name && each.language === language) ?? null;
}

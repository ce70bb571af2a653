import { authenticationBody, authenticationLanguages } from '../authentication-texts.ts';
import type { TemplateCategory } from '../template.ts';

/** What may stand in a variable of a template of the library. */
export type LibraryParameterType = 'TEXT' | 'AMOUNT' | 'DATE' | 'PHONE_NUMBER' | 'EMAIL' | 'NUMBER' | 'ADDRESS';

/** A button of such a template; where a link leads and who is called its business says when it makes a template of it. */
export interface LibraryButton {
  readonly type: 'QUICK_REPLY' | 'URL' | 'PHONE_NUMBER' | 'OTP';
  readonly text: string;
}

/** A template that is there for everybody, in one language (contract section 5.5). */
export interface LibraryTemplate {
  readonly id: string;
  readonly name: string;
  readonly language: string;
  readonly category: TemplateCategory;
  readonly topic: string;
  readonly usecase: string;
  readonly industry: readonly string[];
  readonly header: string | null;
  readonly body: string;
  /** An example for each variable. */
  readonly bodyParams: readonly string[];
  readonly bodyParamTypes: readonly LibraryParameterType[];
  readonly buttons: readonly LibraryButton[];
}

/** What is said in one language. */
export interface LibraryWords {
  readonly header: string | null;
  readonly body: string;
  readonly params: readonly string[];
  readonly buttons: readonly string[];
}

/** What a template of the library is in every language. */
export interface LibraryKind {
  readonly topic: string;
  readonly usecase: string;
  readonly industry: readonly string[];
  readonly types: readonly LibraryParameterType[];
  readonly buttons: readonly LibraryButton['type'][];
}

/** The templates of a set of words in one language. Ids are drawn from where no object has one: they are too short. */
export function templatesOf<Name extends string>(
  kinds: Readonly<Record<Name, LibraryKind>>,
  { language, firstId, words }: { language: string; firstId: number; words: Readonly<Record<Name, LibraryWords>> },
): LibraryTemplate[] {
  return (Object.keys(kinds) as Name[]).map((name, index) => {
    const { types, buttons, ...kind } = kinds[name];
    const { header, body, params, buttons: texts } = words[name];
    return {
      id: String(firstId + index),
      name,
      language,
      category: 'UTILITY',
      ...kind,
      header,
      body,
      bodyParams: params,
      bodyParamTypes: types,
      buttons: buttons.map((type, at) => ({ type, text: texts[at] ?? '' })),
    };
  });
}

/** The template of the library that brings one-time codes, in each language that it speaks. */
export function codeTemplates(firstId: number): LibraryTemplate[] {
  return authenticationLanguages.map((language, index) => ({
    id: String(firstId + index),
    name: 'verification_code_1',
    language: language === 'en' ? 'en_US' : language,
    category: 'AUTHENTICATION',
    topic: 'IDENTITY_VERIFICATION',
    usecase: 'VERIFICATION_CODE',
    industry: ['E_COMMERCE', 'FINANCIAL_SERVICES'],
    header: null,
    body: authenticationBody(language, { hasWarning: true }),
    bodyParams: ['123456'],
    bodyParamTypes: ['TEXT'],
    buttons: [{ type: 'OTP', text: '' }],
  }));
}

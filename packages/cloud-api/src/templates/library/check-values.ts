import { TemplateRefusedError } from '../template-refused.ts';
import { textOf } from '../fill-text.ts';
import type { TextParameter } from '../template-request.ts';
import { findLibraryTemplate } from './library.ts';
import type { LibraryParameterType } from './library-template.ts';

const maxAddressCharacters = 200;

/** What each kind of value looks like. */
const forms: Readonly<Record<LibraryParameterType, RegExp>> = {
  TEXT: /\S/,
  ADDRESS: new RegExp(`^(?=.*\\p{L}).{1,${maxAddressCharacters}}$`, 'u'),
  AMOUNT: /^(?=.*\d)[\p{Sc}\p{Lu}\d.,' -]{1,40}$/u,
  DATE: /^(?=.*\d)[\p{L}\p{M}\d.,/ -]{1,40}$/u,
  PHONE_NUMBER: /^(?=.*\d)[\d +()-]{3,30}$/,
  EMAIL: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  NUMBER: /^\d{1,40}$/,
};

/**
 * Sees that the values of a template that was made from the library are of the kinds that the library says: what it says is
 * fixed, and its variables are there for nothing else. @throws TemplateRefusedError
 */
export function checkLibraryValues(
  { libraryName, language }: { readonly libraryName: string | null; readonly language: string },
  parameters: readonly TextParameter[],
): void {
  if (libraryName === null) return;
  const types = findLibraryTemplate(libraryName, language)?.bodyParamTypes ?? [];
  for (const [index, parameter] of parameters.entries()) {
    const type = types[index];
    if (type === undefined || forms[type].test(textOf(parameter))) continue;
    throw new TemplateRefusedError(132012, `${parameter.label}: the text must be of the kind ${type}.`);
  }
}

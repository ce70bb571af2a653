import { limits } from '@postern/protocol';
import type { DeclaredComponent, TemplateButton } from '../../templates/component.ts';
import { findLibraryTemplate } from '../../templates/library/library.ts';
import type { LibraryTemplate } from '../../templates/library/library-template.ts';
import type { TemplateCategory } from '../../templates/template.ts';
import { parameterError } from '../graph-errors.ts';
import { Parameters } from '../parameters.ts';
import { authenticationComponents } from './authentication-definition.ts';
import { parseButton } from './declared-buttons.ts';

const nameParameter = 'library_template_name';
const buttonsParameter = 'library_template_button_inputs';
const bodyParameter = 'library_template_body_inputs';

interface FromLibrary {
  readonly libraryName: string;
  readonly components: DeclaredComponent[];
}

/** What a template that is to be made of one of the library says; null when it is to be made of its own words. @throws GraphError */
export function findFromLibrary(
  parameters: Parameters,
  { category, language }: { category: TemplateCategory; language: string },
): FromLibrary | null {
  const libraryName = parameters.findText(nameParameter, limits.maxTemplateNameCharacters);
  if (libraryName === null) {
    for (const name of [buttonsParameter, bodyParameter])
      if (parameters.has(name)) throw parameterError(`The parameter ${nameParameter} is required beside ${name}.`);
    return null;
  }
  if (parameters.has('components'))
    throw parameterError('Param components cannot be set: what a template of the library says is fixed.');
  const template = findLibraryTemplate(libraryName, language);
  if (!template)
    throw parameterError(`Param ${nameParameter} must be the name of a template of the library in this language.`);
  if (template.category !== category)
    throw parameterError(`Param category must be ${template.category} for this template of the library.`);
  const components =
    category === 'AUTHENTICATION' ? codeComponents(parameters, language) : wordsOf(parameters, template);
  return { libraryName, components };
}

function codeComponents(parameters: Parameters, language: string): DeclaredComponent[] {
  const body = parameters.findObject(bodyParameter) ?? new Parameters({}, bodyParameter);
  const [input] = inputsOf(parameters);
  const button = (input ?? new Parameters({}, buttonsParameter)).extend({
    type: 'OTP',
    ...(!input?.has('otp_type') && { otp_type: 'COPY_CODE' }),
  });
  const footer = body.has('code_expiration_minutes') ? body : null;
  return authenticationComponents({ body, footer, button }, language);
}

function wordsOf(parameters: Parameters, { header, body, bodyParams, buttons }: LibraryTemplate): DeclaredComponent[] {
  const inputs = inputsOf(parameters);
  const take = (type: string): Parameters => {
    const at = inputs.findIndex((input) => input.findText('type')?.toUpperCase() === type);
    const [input] = at === -1 ? [] : inputs.splice(at, 1);
    if (input) return input;
    throw parameterError(`Param ${buttonsParameter} must hold an object of the type ${type} for each such button.`);
  };
  const made = buttons.map(({ type, text }): TemplateButton => {
    if (type === 'QUICK_REPLY') return { type, text };
    return type === 'URL' ? linkButton(take(type), text) : callButton(take('PHONE_NUMBER'), text);
  });
  return [
    ...(header === null ? [] : [{ type: 'HEADER', format: 'TEXT', text: header } as const]),
    { type: 'BODY', text: body, example: { body_text: [bodyParams] } },
    ...(made.length === 0 ? [] : [{ type: 'BUTTONS', buttons: made } as const]),
  ];
}

function inputsOf(parameters: Parameters): Parameters[] {
  return parameters.findList(buttonsParameter, { min: 0, max: limits.maxTemplateButtons }) ?? [];
}

function linkButton(input: Parameters, text: string): TemplateButton {
  const link = input.getObject('url');
  const example = link.findText('url_suffix_example', limits.maxTemplateUrlCharacters);
  const values = { type: 'URL', text, url: link.getText('base_url'), ...(example !== null && { example: [example] }) };
  return parseButton(new Parameters(values, input.path));
}

function callButton(input: Parameters, text: string): TemplateButton {
  return parseButton(input.extend({ type: 'PHONE_NUMBER', text }));
}

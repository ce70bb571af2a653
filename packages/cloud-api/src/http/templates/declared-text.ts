import { limits } from '@postern/protocol';
import { gaps } from '../../contract/gaps.ts';
import type { NamedExample } from '../../templates/component.ts';
import type { ParameterFormat } from '../../templates/template.ts';
import { findVariables } from '../../templates/variables.ts';
import { parameterError } from '../graph-errors.ts';
import type { Parameters } from '../parameters.ts';
import { definitionError, invalidParameter } from './definition-error.ts';

/** A text of a template, with its variables. */
export interface DeclaredText {
  readonly text: string;
  readonly variables: readonly string[];
}

type TextPart = 'header' | 'body' | 'footer';

/** Reads a text of a template. @throws GraphError */
export function parseDeclaredText(
  component: Parameters,
  { part, format, maxCharacters }: { part: TextPart; format: ParameterFormat; maxCharacters: number },
): DeclaredText {
  const text = getShortText(component, 'text', maxCharacters);
  const variables = findVariables(text, format);
  if (variables) return { text, variables };
  const rule =
    format === 'NAMED'
      ? 'variables are written {{like_this}}, in small letters, digits and underscores'
      : 'variables are written {{1}}, {{2}} and so on, without a gap';
  throw definitionError(part, `Param ${component.label('text')}: ${rule}.`);
}

/** A text that has to be there. @throws GraphError 100/2388040 when it is too long */
export function getShortText(object: Parameters, name: string, maxCharacters: number): string {
  const text = object.getText(name);
  if (Array.from(text).length <= maxCharacters) return text;
  throw definitionError('tooLong', `Param ${object.label(name)} must be at most ${maxCharacters} characters long.`);
}

/** The texts under a name in `example`: of a header one list, of a body a list of lists. Null when there are none. */
export function findExampleTexts(component: Parameters, name: string): string[] | null {
  const value = component.findJson('example')?.[name];
  if (value === undefined || value === null) return null;
  const texts: unknown = Array.isArray(value) && Array.isArray(value[0]) ? value[0] : value;
  const list: unknown[] = Array.isArray(texts) ? texts : [texts];
  if (list.every((text): text is string => typeof text === 'string')) return list;
  throw parameterError(`Param ${component.label('example')} must hold ${name} as a list of strings.`);
}

/** The examples of named variables, one for each, in the variables' order. @throws GraphError */
export function getNamedExamples(
  component: Parameters,
  { name, variables }: { name: string; variables: readonly string[] },
): NamedExample[] {
  const given = component.findObject('example')?.findList(name, { min: 0, max: limits.maxTemplateParameters }) ?? [];
  const examples = new Map(given.map((each) => [each.getText('param_name'), each.getText('example')]));
  return variables.map((variable) => {
    const example = examples.get(variable);
    if (example === undefined) throw missingExample(component, name);
    return { param_name: variable, example };
  });
}

/** The examples of numbered variables, one for each. @throws GraphError */
export function getExamples(
  component: Parameters,
  { name, variables }: { name: string; variables: readonly string[] },
): string[] {
  const examples = findExampleTexts(component, name);
  if (examples?.length !== variables.length) throw missingExample(component, name);
  return examples;
}

/** What a template declares needs an example, so that somebody can review it. */
export function missingExample(component: Parameters, name: string) {
  return invalidParameter(gaps.missingExampleSubcode, {
    title: 'An example is missing',
    message: `Param ${component.label('example')} must hold ${name}, with one example for each variable.`,
  });
}

import { limits } from '@postern/protocol';
import { gaps } from '../contract/gaps.ts';
import { structureError, TemplateRefusedError } from './template-refused.ts';
import type { TextParameter } from './template-request.ts';
import type { ParameterFormat } from './template.ts';
import { fillVariables, variablesOf } from './variables.ts';

interface TextPlace {
  /** How an error names it. */
  readonly label: string;
  readonly format: ParameterFormat;
  readonly maxCharacters: number;
}

/** The text with exactly its variables filled in. @throws TemplateRefusedError */
export function fillText(text: string, parameters: readonly TextParameter[], place: TextPlace): string {
  const variables = variablesOf(text, place.format);
  if (parameters.length !== variables.length)
    throw new TemplateRefusedError(
      132000,
      `${place.label}: number of parameters (${parameters.length}) does not match the expected number (${variables.length}).`,
    );
  const values = place.format === 'NAMED' ? namedValues(variables, parameters) : positionalValues(parameters);
  const filled = fillVariables(text, values);
  if (Array.from(filled).length <= place.maxCharacters) return filled;
  throw new TemplateRefusedError(
    132005,
    `${place.label}: the text with its parameters is longer than ${place.maxCharacters} characters.`,
  );
}

function positionalValues(parameters: readonly TextParameter[]): Map<string, string> {
  return new Map(parameters.map((parameter, index) => [String(index + 1), textOf(parameter)]));
}

function namedValues(variables: readonly string[], parameters: readonly TextParameter[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const parameter of parameters) {
    const { name, label } = parameter;
    if (name === null)
      throw new TemplateRefusedError(gaps.missingParameterNameCode, `${label}: parameter_name is missing.`);
    if (!variables.includes(name))
      throw structureError(`${label}: the template has no parameter of this parameter_name.`);
    if (values.has(name)) throw structureError(`${label}: this parameter_name is given twice.`);
    values.set(name, textOf(parameter));
  }
  return values;
}

/** What stands in the place of a variable. @throws TemplateRefusedError */
export function textOf(parameter: TextParameter): string {
  const text = spokenText(parameter);
  if (text.trim() === '') throw new TemplateRefusedError(131008, `${parameter.label}: the text is missing.`);
  if (/[\n\r\t]| {5,}/.test(text))
    throw new TemplateRefusedError(
      gaps.parameterCharactersCode,
      `${parameter.label}: a text holds no new lines, no tabs and no more than ${limits.maxSpacesInParameter} spaces in a row.`,
    );
  return text;
}

function spokenText(parameter: TextParameter): string {
  switch (parameter.type) {
    case 'text':
      return parameter.text;
    case 'currency':
    case 'date_time':
      return parameter.fallbackValue;
    case 'group_id':
      return parameter.groupId;
    default:
      throw formatError(parameter.label, { expected: 'TEXT', received: parameter.type.toUpperCase() });
  }
}

/** A parameter is of another kind than the template declares. */
export function formatError(
  label: string,
  { expected, received }: { expected: string; received: string },
): TemplateRefusedError {
  return new TemplateRefusedError(132012, `${label}: format mismatch, expected ${expected}, received ${received}.`);
}

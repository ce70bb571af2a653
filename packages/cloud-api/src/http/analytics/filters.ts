import { limits } from '@postern/protocol';
import type { BusinessAccountNode } from '../../access/introspection.ts';
import { parameterError } from '../graph-errors.ts';
import type { Parameters } from '../parameters.ts';

/** The words of a list, each one of the choices whatever its case; null when there is none, or an empty one. */
export function findChoices<Choice extends string>(
  parameters: Parameters,
  name: string,
  choices: readonly Choice[],
): Choice[] | null {
  return (
    findFilter(parameters, name)?.map((word) => {
      const choice = choices.find((each) => each === word.toUpperCase());
      if (choice !== undefined) return choice;
      throw parameterError(`Param ${parameters.label(name)} must hold words out of {${choices.join(', ')}}.`);
    }) ?? null
  );
}

/** The countries that are meant, as two letters each; null for all of them. */
export function findCountries(parameters: Parameters): string[] | null {
  return (
    findFilter(parameters, 'country_codes')?.map((word) => {
      if (/^[a-z]{2}$/i.test(word)) return word.toUpperCase();
      throw parameterError(`Param ${parameters.label('country_codes')} must hold country codes of two letters.`);
    }) ?? null
  );
}

/** The numbers of the account that are meant: all of them unless told. */
export function findNumbers(
  parameters: Parameters,
  { phoneNumbers }: BusinessAccountNode,
): BusinessAccountNode['phoneNumbers'] {
  const wanted = findFilter(parameters, 'phone_numbers');
  return (
    wanted?.map((word) => {
      const digits = word.replaceAll(/[^0-9]/g, '');
      const number = phoneNumbers.find(({ phoneNumber }) => phoneNumber === digits);
      if (number) return number;
      throw parameterError(
        `Param ${parameters.label('phone_numbers')} must hold phone numbers of this business account.`,
      );
    }) ?? phoneNumbers
  );
}

/** A list that leaves out what is not in it; an empty one leaves out nothing. */
export function findFilter(parameters: Parameters, name: string): string[] | null {
  const words = parameters.findWords(name);
  if (words === null || words.length === 0) return null;
  if (words.length > limits.maxAnalyticsFilterWords)
    throw parameterError(`Param ${parameters.label(name)} must hold at most ${limits.maxAnalyticsFilterWords} words.`);
  return words;
}

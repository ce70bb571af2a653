import { limits } from '@postern/protocol';
import { templateCategories, templateQualities, templateStatuses } from '../../templates/template.ts';
import type { TemplateFilter } from '../../templates/template-filter.ts';
import { parameterError } from '../graph-errors.ts';
import type { Parameters } from '../parameters.ts';

/** Reads which templates a list is to show (contract section 5.5). @throws GraphError */
export function parseTemplateFilter(parameters: Parameters): TemplateFilter {
  const search = (name: string) => parameters.findText(name, limits.maxTemplateSearchCharacters);
  return {
    name: search('name'),
    content: search('content'),
    nameOrContent: search('name_or_content'),
    statuses: findChoices(parameters, 'status', templateStatuses),
    categories: findChoices(parameters, 'category', templateCategories),
    languages: parameters.findWords('language'),
    qualities: findChoices(parameters, 'quality_score', templateQualities),
    sources: parameters.findWords('source'),
  };
}

/** One or several of a few words. */
function findChoices<Choice extends string>(
  parameters: Parameters,
  name: string,
  choices: readonly Choice[],
): Choice[] | null {
  const words = parameters.findWords(name);
  return (
    words?.map((word) => {
      const choice = choices.find((each) => each === word.toUpperCase());
      if (choice !== undefined) return choice;
      throw parameterError(`Param ${name} must be one of {${choices.join(', ')}}.`);
    }) ?? null
  );
}

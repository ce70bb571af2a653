import { limits } from '@postern/protocol';
import { gaps } from '../../contract/gaps.ts';
import type { TemplateRefusal } from '../../templates/template-error.ts';
import { GraphError, parameterError } from '../graph-errors.ts';
import { definitionError, invalidParameter } from './definition-error.ts';

/** How the Graph says why a template was not made or changed. */
export const templateErrors: Readonly<Record<TemplateRefusal, () => GraphError>> = {
  exists: () =>
    invalidParameter(gaps.templateExistsSubcode, {
      title: 'The template exists',
      message: 'There is a template of this name in this language already.',
    }),
  'name-locked': () =>
    invalidParameter(gaps.templateNameLockedSubcode, {
      title: 'The template is being deleted',
      message: 'A template of this name in this language was deleted. Its name is free again after 30 days.',
    }),
  'too-many': () =>
    definitionError('tooMany', `A business account has at most ${limits.maxTemplatesPerBusinessAccount} templates.`),
  'too-many-in-an-hour': () =>
    new GraphError(80007, {
      details: `At most ${limits.maxTemplateCreationsPerHour} templates an hour can be created for a business account.`,
    }),
  'not-editable': () =>
    definitionError('status', 'Only a template that is approved, rejected or paused can be edited.'),
  'edited-too-often': () =>
    definitionError(
      'status',
      `An approved template can be edited ${limits.maxTemplateEditsPerDay} time in 24 hours and ${limits.maxTemplateEditsPerMonth} times in 30 days.`,
    ),
  'category-fixed': () => parameterError('Param category cannot be changed once the template is approved.'),
};

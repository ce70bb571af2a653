import type { TemplateOperation } from '../../operation.ts';
import { compareTemplates } from './compare-templates.ts';
import { editTemplate, getTemplate, unpauseTemplate } from './message-template.ts';

/** What can be done with a message template. */
export const templateOperations: readonly TemplateOperation[] = [
  getTemplate,
  editTemplate,
  unpauseTemplate,
  compareTemplates,
];

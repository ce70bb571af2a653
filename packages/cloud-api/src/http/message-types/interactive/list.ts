import { limits } from '@postern/protocol';
import { gaps } from '../../../contract/gaps.ts';
import { parameterError } from '../../graph-errors.ts';
import type { Parameters } from '../../parameters.ts';
import { parseSectionTitle } from '../product-sections.ts';
import { present } from '../present.ts';
import type { InteractiveKind } from './interactive-kind.ts';

/** Rows in sections, one of which is chosen. */
export const list: InteractiveKind = {
  headers: ['text'],
  isBodyRequired: true,
  maxBodyCharacters: gaps.maxListBodyCharacters,
  hasFooter: true,
  parseAction(action) {
    const button = action.getText('button', limits.maxButtonTextCharacters);
    const lists = action.getList('sections', { min: 1, max: limits.maxListSections });
    const sections = lists.map((section) => ({
      ...parseSectionTitle(section, lists.length),
      rows: section.getList('rows', { min: 1, max: limits.maxListRows }).map(parseRow),
    }));
    if (sections.reduce((total, { rows }) => total + rows.length, 0) > limits.maxListRows)
      throw parameterError(`Param ${action.label('sections')} must hold at most ${limits.maxListRows} rows in total.`);
    return { button, sections };
  },
};

function parseRow(row: Parameters): object {
  return {
    id: row.getText('id', limits.maxListRowIdCharacters),
    title: row.getText('title', limits.maxListTitleCharacters),
    ...present({ description: row.findText('description', limits.maxListRowDescriptionCharacters) }),
  };
}

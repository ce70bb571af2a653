import { limits } from '@postern/protocol';
import type { ProductSection } from '../../templates/template-request.ts';
import { parameterError } from '../graph-errors.ts';
import type { Parameters } from '../parameters.ts';

/** Reads `sections` of products: each needs a title when there is more than one. @throws GraphError */
export function parseProductSections(action: Parameters): ProductSection[] {
  const lists = action.getList('sections', { min: 1, max: limits.maxListSections });
  const items = { min: 1, max: limits.maxProductItems };
  const sections = lists.map((section) => ({
    ...parseSectionTitle(section, lists.length),
    product_items: section.getList('product_items', items).map((item) => ({
      product_retailer_id: item.getText('product_retailer_id', limits.maxFieldCharacters),
    })),
  }));
  const total = sections.reduce((sum, section) => sum + section.product_items.length, 0);
  if (total <= limits.maxProductItems) return sections;
  throw parameterError(
    `Param ${action.label('sections')} must hold at most ${limits.maxProductItems} product_items in total.`,
  );
}

/** The title of one of so many sections. */
export function parseSectionTitle(section: Parameters, sections: number): { title?: string } {
  const maxCharacters = limits.maxListTitleCharacters;
  if (sections > 1) return { title: section.getText('title', maxCharacters) };
  const title = section.findText('title', maxCharacters);
  return title === null ? {} : { title };
}

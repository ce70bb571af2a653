import { limits } from '@postern/protocol';
import { parseProductSections } from '../product-sections.ts';
import { present } from '../present.ts';
import { checkActionName, type InteractiveKind } from './interactive-kind.ts';

const maxCharacters = limits.maxFieldCharacters;

export const product: InteractiveKind = {
  headers: [],
  isBodyRequired: false,
  hasFooter: true,
  parseAction: (action) => ({
    catalog_id: action.getText('catalog_id', maxCharacters),
    product_retailer_id: action.getText('product_retailer_id', maxCharacters),
  }),
};

export const productList: InteractiveKind = {
  headers: ['text'],
  isHeaderRequired: true,
  isBodyRequired: true,
  hasFooter: true,
  parseAction: (action) => ({
    catalog_id: action.getText('catalog_id', maxCharacters),
    sections: parseProductSections(action),
  }),
};

export const catalog: InteractiveKind = {
  headers: [],
  isBodyRequired: true,
  hasFooter: true,
  parseAction(action) {
    const name = checkActionName(action, 'catalog_message');
    const parameters = action.findObject('parameters');
    const thumbnail = parameters?.findText('thumbnail_product_retailer_id', maxCharacters);
    return { name, ...(parameters && { parameters: present({ thumbnail_product_retailer_id: thumbnail }) }) };
  },
};

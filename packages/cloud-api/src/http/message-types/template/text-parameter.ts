import { limits } from '@postern/protocol';
import type { TextParameter } from '../../../templates/template-request.ts';
import type { Parameters } from '../../parameters.ts';
import { parsePlace } from '../place.ts';
import { filenameOf, parseMediaUse } from '../media-parameter.ts';

const types = [
  'text',
  'currency',
  'date_time',
  'group_id',
  'image',
  'video',
  'document',
  'gif',
  'location',
  'product',
] as const;
const amountRange = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };

/** Reads a value for a header or a body. Which of them takes which is for the template to say. @throws GraphError */
export function parseTextParameter(parameter: Parameters): TextParameter {
  const name = parameter.findText('parameter_name', limits.maxFieldCharacters);
  return { label: parameter.path, name, ...parseValue(parameter) };
}

// What is left of each member of a union.
type ValueOf<Member> = Member extends unknown ? Omit<Member, 'label' | 'name'> : never;

function parseValue(parameter: Parameters): ValueOf<TextParameter> {
  const type = parameter.getChoice('type', types);
  const maxCharacters = limits.maxTemplateTextCharacters;
  switch (type) {
    case 'text':
      return { type, text: parameter.getText('text', maxCharacters) };
    case 'currency':
      return { type, ...parseCurrency(parameter.getObject('currency')) };
    case 'date_time':
      return { type, fallbackValue: parameter.getObject('date_time').getText('fallback_value', maxCharacters) };
    case 'group_id':
      return { type, groupId: parameter.getText('group_id', maxCharacters) };
    case 'location':
      return { type, location: parsePlace(parameter.getObject('location')) };
    case 'product':
      return { type, ...parseProduct(parameter.getObject('product')) };
    default:
      return { type, ...parseMedia(parameter.getObject(type), type) };
  }
}

function parseCurrency(currency: Parameters) {
  return {
    fallbackValue: currency.getText('fallback_value', limits.maxTemplateTextCharacters),
    code: currency.getText('code', limits.maxFieldCharacters),
    amount1000: currency.getInteger('amount_1000', amountRange),
  };
}

function parseProduct(product: Parameters) {
  return {
    catalogId: product.getText('catalog_id', limits.maxFieldCharacters),
    productRetailerId: product.getText('product_retailer_id', limits.maxFieldCharacters),
  };
}

function parseMedia(object: Parameters, kind: 'image' | 'video' | 'document' | 'gif') {
  const media = parseMediaUse(object, kind);
  const filename = object.findText('filename', limits.maxFilenameCharacters) ?? filenameOf(media.source);
  return { media, filename: kind === 'document' ? filename : null };
}

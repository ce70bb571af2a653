import { limits } from '@postern/protocol';
import type { MediaList } from '../messages/media-use.ts';
import type { HeaderComponent } from './component.ts';
import { fillText, formatError } from './fill-text.ts';
import { structureError, TemplateRefusedError } from './template-refused.ts';
import type { TextComponent, TextParameter } from './template-request.ts';
import type { ParameterFormat } from './template.ts';

interface HeaderPlace {
  /** How an error names it. */
  readonly label: string;
  readonly format: ParameterFormat;
  readonly media: MediaList;
}

/** The header as a person sees it; null when there is none. @throws TemplateRefusedError */
export function fillHeader(
  declared: HeaderComponent | null,
  given: TextComponent | null,
  { label, format, media }: HeaderPlace,
): object | null {
  const parameters = given?.parameters ?? [];
  if (!declared) {
    if (parameters.length > 0) throw structureError(`${given?.label ?? label}: the template has no header.`);
    return null;
  }
  const name = given?.label ?? label;
  if (declared.format === 'TEXT') {
    const place = { label: name, format, maxCharacters: limits.maxHeaderTextCharacters };
    return { type: 'text', text: fillText(declared.text, parameters, place) };
  }
  const [parameter, ...others] = parameters;
  if (others.length > 0)
    throw new TemplateRefusedError(
      132000,
      `${name}: number of parameters (${parameters.length}) does not match the expected number (1).`,
    );
  if (!parameter) throw formatError(name, { expected: declared.format, received: 'UNKNOWN' });
  return fillWithOne(declared.format, parameter, media);
}

/** A header that is not made of text is given whole with every message. */
function fillWithOne(expected: HeaderComponent['format'], parameter: TextParameter, media: MediaList): object {
  const { type, label } = parameter;
  if (type.toUpperCase() !== expected) throw formatError(label, { expected, received: type.toUpperCase() });
  switch (type) {
    case 'image':
    case 'video':
    case 'gif':
      return { type, [type]: media.add(parameter.media) };
    case 'document': {
      const { filename } = parameter;
      return { type, document: { ...media.add(parameter.media), ...(filename !== null && { filename }) } };
    }
    case 'location':
      return { type, location: parameter.location };
    case 'product':
      return { type, product: { catalog_id: parameter.catalogId, product_retailer_id: parameter.productRetailerId } };
    default:
      throw formatError(label, { expected, received: type.toUpperCase() });
  }
}

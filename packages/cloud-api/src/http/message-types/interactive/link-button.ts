import { limits } from '@postern/protocol';
import type { Parameters } from '../../parameters.ts';
import { getWebLink } from '../../web-link.ts';
import { checkActionName, type InteractiveKind } from './interactive-kind.ts';

/** A button that opens a page. */
export const linkButton: InteractiveKind = {
  headers: ['text', 'image', 'video', 'document'],
  isBodyRequired: true,
  hasFooter: true,
  parseAction: parseLinkAction,
};

/** @throws GraphError */
export function parseLinkAction(action: Parameters): object {
  const name = checkActionName(action, 'cta_url');
  const parameters = action.getObject('parameters');
  const displayText = parameters.getText('display_text', limits.maxButtonTextCharacters);
  return { name, parameters: { display_text: displayText, url: getWebLink(parameters, 'url') } };
}

import { checkActionName, type InteractiveKind } from './interactive-kind.ts';

/** Asks a person where they are. */
export const locationRequest: InteractiveKind = {
  headers: [],
  isBodyRequired: true,
  hasFooter: true,
  parseAction: (action) => ({ name: checkActionName(action, 'send_location') }),
};

/** Asks a person for their contact card. */
export const contactRequest: InteractiveKind = {
  headers: [],
  isBodyRequired: true,
  hasFooter: true,
  parseAction: (action) => ({ name: checkActionName(action, 'request_contact_info') }),
};

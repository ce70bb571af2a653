import { limits } from '@postern/protocol';
import { present } from '../present.ts';
import { checkActionName, type InteractiveKind } from './interactive-kind.ts';

const minutes = { min: 1, max: limits.maxCallButtonMinutes };

/** A button that calls the business. */
export const callButton: InteractiveKind = {
  headers: ['text'],
  isBodyRequired: true,
  hasFooter: false,
  parseAction(action) {
    const name = checkActionName(action, 'voice_call');
    const parameters = action.findObject('parameters');
    return {
      name,
      parameters: {
        display_text: parameters?.findText('display_text', limits.maxButtonTextCharacters) ?? 'Call Now',
        ttl_minutes: parameters?.findInteger('ttl_minutes', minutes) ?? limits.defaultCallButtonMinutes,
        ...present({ payload: parameters?.findText('payload', limits.maxCallButtonPayloadCharacters) }),
      },
    };
  },
};

/** Asks a person whether the business may call. */
export const callPermissionRequest: InteractiveKind = {
  headers: [],
  isBodyRequired: false,
  hasFooter: true,
  parseAction: (action) => ({ name: checkActionName(action, 'call_permission_request') }),
};

import { Type } from 'typebox';
import { findCallback } from '../../callback-parameters.ts';
import { parameterError } from '../../graph-errors.ts';
import { numberInfo, success, type PhoneNumberOperation } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import { parsePin, pinShape } from '../../pin-parameter.ts';
import { oneOf, succeeded } from '../../shapes.ts';

const visibilities = ['VISIBLE', 'HIDDEN'] as const;

/**
 * `POST /{phone}` (contract sections 4.1 and 5.2): the number's two-step PIN, whether a search may find it, and where the
 * token's app wants the number's webhooks instead of where it gets those of the account. An empty URL ends that.
 */
export const updatePhoneNumber: PhoneNumberOperation = {
  name: 'update phone number',
  method: 'POST',
  edge: null,
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Sets the two-step PIN, whether a search finds the number, or where its webhooks go',
    takes: Type.Object({
      pin: Type.Optional(pinShape),
      search_visibility: Type.Optional(oneOf(visibilities)),
      webhook_configuration: Type.Optional(
        Type.Object({
          override_callback_uri: Type.String({ description: 'Empty to end it.' }),
          verify_token: Type.Optional(Type.String()),
        }),
      ),
    }),
    answers: succeeded,
  },
  async run({ numbers, subscribedApps }, { node, caller, parameters }) {
    const webhook = parameters.findObject('webhook_configuration');
    const pin = parameters.has('pin') ? parsePin(parameters) : null;
    const visibility = parameters.findChoice('search_visibility', visibilities);
    if (!webhook && pin === null && visibility === null)
      throw parameterError('One of the parameters pin, search_visibility, webhook_configuration is required.');
    if (webhook) {
      const number = { phoneNumberId: node.id, wabaId: node.wabaId, appId: caller.appId };
      await subscribedApps.setNumberOverride(number, parseWebhook(webhook));
    }
    if (visibility !== null) await numbers.setSearchable(node.id, visibility === 'VISIBLE', caller.appId);
    if (pin !== null) await numbers.setPin(numberInfo(node), pin, caller.appId);
    return success;
  },
};

function parseWebhook(webhook: Parameters) {
  if (!webhook.has('override_callback_uri'))
    throw parameterError(`The parameter ${webhook.label('override_callback_uri')} is required.`);
  return findCallback(webhook);
}

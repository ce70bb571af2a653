import { limits } from '@postern/protocol';
import { Type } from 'typebox';
import { BusinessManagerUnavailableError } from '../../../access/business-manager-http.ts';
import type { PhoneNumberNode } from '../../../access/introspection.ts';
import { findCallback } from '../../callback-parameters.ts';
import { parameterError, valueError } from '../../graph-errors.ts';
import { numberInfo, success, type PhoneNumberOperation, type Services } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import { parsePin, pinShape } from '../../pin-parameter.ts';
import { oneOf, succeeded } from '../../shapes.ts';
import { notRegisteredError } from './registered-number.ts';

const names = ['pin', 'search_visibility', 'new_display_name', 'webhook_configuration'];
const visibilities = ['VISIBLE', 'HIDDEN'] as const;

/**
 * `POST /{phone}` (contract sections 4.1 and 5.2): the number's two-step PIN, whether a search may find it, the name
 * that it is to be shown under, and where the token's app wants the number's webhooks instead of where it gets those of the
 * account. An empty URL ends that.
 */
export const updatePhoneNumber: PhoneNumberOperation = {
  name: 'update phone number',
  method: 'POST',
  edge: null,
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Sets the two-step PIN, the display name, whether a search finds the number, or where its webhooks go',
    differs: 'search_visibility is kept and shown: there is no search that it would keep the number out of.',
    takes: Type.Object({
      pin: Type.Optional(pinShape),
      search_visibility: Type.Optional(oneOf(visibilities)),
      new_display_name: Type.Optional(
        Type.String({ minLength: limits.minDisplayNameCharacters, maxLength: limits.maxDisplayNameCharacters }),
      ),
      webhook_configuration: Type.Optional(
        Type.Object({
          override_callback_uri: Type.String({ description: 'Empty to end it.' }),
          verify_token: Type.Optional(Type.String()),
        }),
      ),
    }),
    answers: succeeded,
  },
  async run(services, { node, caller, parameters }) {
    const { numbers, subscribedApps } = services;
    const webhook = parameters.findObject('webhook_configuration');
    const pin = parameters.has('pin') ? parsePin(parameters) : null;
    const visibility = parameters.findChoice('search_visibility', visibilities);
    const name = parseName(parameters);
    if (!webhook && pin === null && visibility === null && name === null)
      throw parameterError(`One of the parameters ${names.join(', ')} is required.`);
    if (webhook) {
      const number = { phoneNumberId: node.id, wabaId: node.wabaId, appId: caller.appId };
      await subscribedApps.setNumberOverride(number, parseWebhook(webhook));
    }
    if (visibility !== null) await numbers.setSearchable(node.id, visibility === 'VISIBLE', caller.appId);
    if (name !== null) await requestName(services, node, { name, appId: caller.appId });
    if (pin !== null) await numbers.setPin(numberInfo(node), pin, caller.appId);
    return success;
  },
};

function parseName(parameters: Parameters): string | null {
  const name = parameters.findText('new_display_name', limits.maxDisplayNameCharacters)?.trim() ?? null;
  if (name !== null && Array.from(name).length < limits.minDisplayNameCharacters)
    throw parameterError(`Param new_display_name must be at least ${limits.minDisplayNameCharacters} characters long.`);
  if (name !== null && /\p{Cc}/u.test(name))
    throw valueError('Param new_display_name must not have control characters.');
  return name;
}

/** One that is approved at once is the number's name at once, unless the Business Manager is away: then it is soon. */
async function requestName(
  { displayNames, access }: Services,
  node: PhoneNumberNode,
  { name, appId }: { readonly name: string; readonly appId: string },
): Promise<void> {
  const requested = await displayNames.request(numberInfo(node), name, appId);
  if (!requested) throw notRegisteredError();
  if (requested.status !== 'APPROVED') return;
  try {
    await displayNames.apply(requested);
    access.forget([node.id, node.wabaId]);
  } catch (error) {
    if (!(error instanceof BusinessManagerUnavailableError)) throw error;
  }
}

function parseWebhook(webhook: Parameters) {
  if (!webhook.has('override_callback_uri'))
    throw parameterError(`The parameter ${webhook.label('override_callback_uri')} is required.`);
  return findCallback(webhook);
}

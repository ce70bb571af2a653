import { Type } from 'typebox';
import { findCallback } from '../../callback-parameters.ts';
import { success, type BusinessAccountOperation } from '../../operation.ts';
import { graphId, nothing, pageOf, succeeded, webLink } from '../../shapes.ts';

const edge = 'subscribed_apps';
const permission = 'whatsapp_business_management';

/**
 * `POST /{waba}/subscribed_apps`: the token's app gets this account's events from now on (contract sections 4.1 and 5.1), at its
 * own URL, or, when it gets them already, at the one in the call.
 */
export const subscribeApp: BusinessAccountOperation = {
  name: 'subscribe app',
  method: 'POST',
  edge,
  permission,
  schema: {
    summary: "Sends the account's webhooks to the token's app, at its own URL or at one of this account",
    takes: Type.Object({
      override_callback_uri: Type.Optional(webLink),
      verify_token: Type.Optional(Type.String({ description: 'Required with override_callback_uri.' })),
    }),
    answers: succeeded,
  },
  async run({ subscribedApps }, { node, caller, parameters }) {
    const callback = findCallback(parameters);
    if (callback) await subscribedApps.setAccountOverride(node.id, caller.appId, callback);
    else await subscribedApps.subscribe(node.id, caller.appId);
    return success;
  },
};

/** `DELETE /{waba}/subscribed_apps` */
export const unsubscribeApp: BusinessAccountOperation = {
  name: 'unsubscribe app',
  method: 'DELETE',
  edge,
  permission,
  schema: {
    summary: "Ends the subscription of the token's app",
    takes: nothing,
    answers: succeeded,
  },
  async run({ subscribedApps }, { node, caller }) {
    await subscribedApps.unsubscribe(node.id, caller.appId);
    return success;
  },
};

/** `GET /{waba}/subscribed_apps` */
export const listSubscribedApps: BusinessAccountOperation = {
  name: 'list subscribed apps',
  method: 'GET',
  edge,
  permission,
  schema: {
    summary: "Lists the apps that get the account's webhooks",
    takes: nothing,
    answers: pageOf(
      Type.Object({
        whatsapp_business_api_data: Type.Object({ id: graphId, name: Type.String(), link: Type.String() }),
        override_callback_uri: Type.Optional(webLink),
      }),
    ),
  },
  async run({ subscribedApps, businessManager }, { node }) {
    const apps = await subscribedApps.list(node.id);
    const names = apps.length === 0 ? new Map<string, string>() : await businessManager.appNames(node.id);
    return {
      data: apps.map(({ appId: id, overrideUrl }) => ({
        whatsapp_business_api_data: { id, name: names.get(id) ?? '', link: '' },
        ...(overrideUrl !== null && { override_callback_uri: overrideUrl }),
      })),
    };
  },
};

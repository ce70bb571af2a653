import { findCallback } from '../../callback-parameters.ts';
import { success, type BusinessAccountOperation } from '../../operation.ts';

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

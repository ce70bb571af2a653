import { parameterError } from '../graph-errors.ts';
import { success, type BusinessAccountOperation } from '../operation.ts';

const edge = 'subscribed_apps';
const permission = 'whatsapp_business_management';

/** `POST /{waba}/subscribed_apps`: the token's app gets this account's events from now on (contract sections 4.1 and 5.1). */
export const subscribeApp: BusinessAccountOperation = {
  name: 'subscribe app',
  method: 'POST',
  edge,
  permission,
  async run({ subscriptions }, { node, caller, parameters }) {
    if (parameters.findText('override_callback_uri') !== null)
      throw parameterError('Param override_callback_uri is not supported yet.');
    await subscriptions.subscribe(node.id, caller.appId);
    return success;
  },
};

/** `DELETE /{waba}/subscribed_apps` */
export const unsubscribeApp: BusinessAccountOperation = {
  name: 'unsubscribe app',
  method: 'DELETE',
  edge,
  permission,
  async run({ subscriptions }, { node, caller }) {
    await subscriptions.unsubscribe(node.id, caller.appId);
    return success;
  },
};

/** `GET /{waba}/subscribed_apps` */
export const listSubscribedApps: BusinessAccountOperation = {
  name: 'list subscribed apps',
  method: 'GET',
  edge,
  permission,
  async run({ subscriptions, businessManager }, { node }) {
    const appIds = await subscriptions.listSubscribed(node.id);
    const names = appIds.length === 0 ? new Map<string, string>() : await businessManager.appNames(node.id);
    return {
      data: appIds.map((id) => ({ whatsapp_business_api_data: { id, name: names.get(id) ?? '', link: '' } })),
    };
  },
};

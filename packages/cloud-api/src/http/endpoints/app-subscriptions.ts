import { limits } from '@postern/protocol';
import { defaultVersion } from '../../contract/versions.ts';
import { parameterError } from '../graph-errors.ts';
import { success, type AppOperation } from '../operation.ts';
import type { Parameters } from '../parameters.ts';

const edge = 'subscriptions';
const permission = 'app token';
const subscribableObjects = ['whatsapp_business_account'] as const;

/** `POST /{app}/subscriptions`: where the app wants its webhooks, once its endpoint has proved itself (contract section 4.1). */
export const setSubscription: AppOperation = {
  name: 'set subscription',
  method: 'POST',
  edge,
  permission,
  async run({ subscriptions }, { node, parameters }) {
    parameters.getChoice('object', subscribableObjects);
    const callbackUrl = parameters.getText('callback_url');
    const verifyToken = parameters.getText('verify_token');
    const fields = findWebhookFields(parameters) ?? (await subscriptions.findApp(node.id))?.fields;
    if (!fields) throw parameterError('The parameter fields is required.');
    await subscriptions.setApp({ appId: node.id, callbackUrl, verifyToken, fields });
    return success;
  },
};

/** `GET /{app}/subscriptions` */
export const listSubscriptions: AppOperation = {
  name: 'list subscriptions',
  method: 'GET',
  edge,
  permission,
  async run({ subscriptions }, { node }) {
    const app = await subscriptions.findApp(node.id);
    if (!app) return { data: [] };
    const fields = app.fields.map((name) => ({ name, version: defaultVersion }));
    return { data: [{ object: subscribableObjects[0], callback_url: app.callbackUrl, active: true, fields }] };
  },
};

/** `DELETE /{app}/subscriptions` */
export const removeSubscription: AppOperation = {
  name: 'remove subscription',
  method: 'DELETE',
  edge,
  permission,
  async run({ subscriptions }, { node, parameters }) {
    parameters.findChoice('object', subscribableObjects);
    const removed = findWebhookFields(parameters);
    const kept = (await subscriptions.findApp(node.id))?.fields.filter((field) => removed && !removed.includes(field));
    if (kept?.length) throw parameterError('Param fields must name every subscribed field, or be left out.');
    await subscriptions.removeApp(node.id);
    return success;
  },
};

function findWebhookFields(parameters: Parameters): string[] | null {
  const fields = parameters.findWords('fields');
  if (!fields) return null;
  if (fields.length > limits.maxWebhookFields || !fields.every((field) => /^[a-z_]{1,64}$/.test(field)))
    throw parameterError(`Param fields must be at most ${limits.maxWebhookFields} names of webhook fields.`);
  return [...new Set(fields)];
}

import { Type } from 'typebox';
import { limits } from '@postern/protocol';
import { parameterError } from '../../graph-errors.ts';
import { success, type AppOperation } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import { nothing, oneOf, pageOf, succeeded, webLink, words } from '../../shapes.ts';

const fieldNames = words(`At most ${limits.maxWebhookFields} names of webhook fields.`);

const edge = 'subscriptions';
const permission = 'app token';
const subscribableObjects = ['whatsapp_business_account'] as const;

/**
 * `POST /{app}/subscriptions`: where the app wants its webhooks, once its endpoint has proved itself (contract section 4.1).
 * Fields are added to those that it has; the version of the call shapes the values of those that it names.
 */
export const setSubscription: AppOperation = {
  name: 'set subscription',
  method: 'POST',
  edge,
  permission,
  schema: {
    summary: "Sets where the app's webhooks go, and adds fields to those that it wants",
    takes: Type.Object({
      object: oneOf(subscribableObjects),
      callback_url: webLink,
      verify_token: Type.String(),
      fields: Type.Optional(fieldNames),
      include_values: Type.Optional(Type.Boolean({ description: 'Values always are in webhooks.' })),
    }),
    answers: succeeded,
  },
  async run({ subscriptions }, { node, parameters, version }) {
    parameters.getChoice('object', subscribableObjects);
    // Values always are in webhooks.
    parameters.findFlag('include_values');
    const url = parameters.getText('callback_url');
    const verifyToken = parameters.getText('verify_token');
    const fields = findWebhookFields(parameters);
    if (!fields && !(await subscriptions.findApp(node.id))) throw parameterError('The parameter fields is required.');
    const versioned = (fields ?? []).map((name) => ({ name, version }));
    await subscriptions.setApp(node.id, { url, verifyToken }, versioned);
    return success;
  },
};

/** `GET /{app}/subscriptions` */
export const listSubscriptions: AppOperation = {
  name: 'list subscriptions',
  method: 'GET',
  edge,
  permission,
  schema: {
    summary: "Lists where the app's webhooks go",
    takes: nothing,
    answers: pageOf(
      Type.Object({
        object: oneOf(subscribableObjects),
        callback_url: webLink,
        active: Type.Boolean(),
        fields: Type.Array(Type.Object({ name: Type.String(), version: Type.String() })),
      }),
    ),
  },
  async run({ subscriptions }, { node }) {
    const app = await subscriptions.findApp(node.id);
    if (!app) return { data: [] };
    const { callbackUrl, fields } = app;
    return { data: [{ object: subscribableObjects[0], callback_url: callbackUrl, active: true, fields }] };
  },
};

/** `DELETE /{app}/subscriptions`: all of it, or the fields that it names. */
export const removeSubscription: AppOperation = {
  name: 'remove subscription',
  method: 'DELETE',
  edge,
  permission,
  schema: {
    summary: 'Ends the subscription, or that of some fields',
    takes: Type.Object({ object: Type.Optional(oneOf(subscribableObjects)), fields: Type.Optional(fieldNames) }),
    answers: succeeded,
  },
  async run({ subscriptions }, { node, parameters }) {
    parameters.findChoice('object', subscribableObjects);
    await subscriptions.removeApp(node.id, findWebhookFields(parameters));
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

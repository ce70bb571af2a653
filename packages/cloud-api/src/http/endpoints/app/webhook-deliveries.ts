import { Type } from 'typebox';
import type { DeliveryFilter, DeliveryState, LoggedDelivery, LoggedEvent } from '../../../webhooks/delivery-log.ts';
import { parameterError, unknownObjectError } from '../../graph-errors.ts';
import type { AppOperation } from '../../operation.ts';
import { answerWindow, parsePlaces } from '../../paging.ts';
import type { Parameters } from '../../parameters.ts';
import { count, graphId, oneOf, pageOf, paging, unixSeconds, webLink } from '../../shapes.ts';

const edge = 'webhook_deliveries';
const permission = 'app token';
const states = ['delivered', 'retrying', 'failed'] as const satisfies readonly DeliveryState[];

const scope = {
  phone_number: Type.Optional(Type.String({ maxLength: 64, description: 'Only webhooks of this phone number id.' })),
  since: Type.Optional(unixSeconds),
};

const shownDelivery = Type.Object({
  id: graphId,
  whatsapp_business_account: graphId,
  phone_number: Type.Optional(graphId),
  status: oneOf(states),
  callback_url: webLink,
  attempts: count,
  first_attempt_at: unixSeconds,
  last_attempt_at: unixSeconds,
  duration_ms: count,
  http_status: Type.Optional(Type.Integer()),
  failure: Type.Optional(Type.String()),
  next_attempt_at: Type.Optional(unixSeconds),
  redelivered_at: Type.Optional(unixSeconds),
  bytes: count,
  event_count: count,
  events: Type.Array(
    Type.Object({
      field: Type.String(),
      type: Type.Optional(Type.String()),
      message: Type.Optional(Type.String({ description: 'The core of the wamid.' })),
      error_code: Type.Optional(Type.Integer()),
      timestamp: unixSeconds,
    }),
  ),
});

/** `GET /{app}/webhook_deliveries`: what was sent to the app, the latest first (docs/reference/webhook-deliveries.md). */
export const listWebhookDeliveries: AppOperation = {
  name: 'list webhook deliveries',
  method: 'GET',
  edge,
  permission,
  schema: {
    summary: 'Lists the requests that were sent to the app, with all their attempts',
    isOwn: true,
    takes: Type.Object({ ...scope, status: Type.Optional(oneOf(states)), ...paging }),
    answers: pageOf(shownDelivery),
  },
  async run({ deliveryLog }, { node, parameters, url }) {
    const filter = { ...parseScope(parameters), state: parameters.findChoice('status', states) };
    const { items, ...ends } = await deliveryLog.list(node.id, filter, parsePlaces(parameters));
    const places = items.map(({ delivery_id: id }) => id);
    return answerWindow(items.map(showDelivery), { places, ...ends, url });
  },
};

/** `POST /{app}/webhook_deliveries`: sends a delivery once more, or all that failed. */
export const redeliverWebhooks: AppOperation = {
  name: 'redeliver webhooks',
  method: 'POST',
  edge,
  permission,
  schema: {
    summary: 'Sends a delivery once more, or all that failed',
    isOwn: true,
    takes: Type.Object({
      delivery_id: Type.Optional(graphId),
      status: Type.Optional(oneOf(['failed'])),
      ...scope,
    }),
    answers: Type.Object({ success: Type.Literal(true), deliveries: count, has_more: Type.Boolean() }),
  },
  async run({ deliveryLog }, { node, parameters }) {
    const deliveryId = parameters.findInteger('delivery_id', { min: 1, max: Number.MAX_SAFE_INTEGER });
    if (deliveryId === null && parameters.findChoice('status', ['failed'] as const) === null)
      throw parameterError('The parameter delivery_id is required, or status=failed.');
    const which = deliveryId === null ? { failed: parseScope(parameters) } : { deliveryId };
    const { deliveries, hasMore } = await deliveryLog.redeliver(node.id, which);
    if (deliveryId !== null && deliveries === 0) throw unknownObjectError('POST', String(deliveryId));
    return { success: true, deliveries, has_more: hasMore };
  },
};

function parseScope(parameters: Parameters): Omit<DeliveryFilter, 'state'> {
  const since = parameters.findInteger('since', { min: 0, max: 9_999_999_999 });
  return { phoneNumberId: parameters.findText('phone_number', 64), sinceMs: since === null ? null : since * 1000 };
}

function showDelivery(delivery: LoggedDelivery): object {
  const { owner_id: ownerId, waba_id: wabaId, http_status: status, failure } = delivery;
  return {
    id: String(delivery.delivery_id),
    whatsapp_business_account: wabaId,
    ...(ownerId !== wabaId && { phone_number: ownerId }),
    status: delivery.state,
    callback_url: delivery.callback_url,
    attempts: delivery.attempts,
    first_attempt_at: seconds(delivery.first_attempt_at_ms),
    last_attempt_at: seconds(delivery.last_attempt_at_ms),
    duration_ms: delivery.duration_ms,
    ...(status !== null && { http_status: status }),
    ...(failure !== null && { failure }),
    ...(delivery.next_attempt_at_ms !== null && { next_attempt_at: seconds(delivery.next_attempt_at_ms) }),
    ...(delivery.redelivered_at_ms !== null && { redelivered_at: seconds(delivery.redelivered_at_ms) }),
    bytes: delivery.body_bytes,
    event_count: delivery.event_count,
    events: delivery.events.map(showEvent),
  };
}

function showEvent({
  kind,
  field,
  message_id: messageId,
  error_code: code,
  happened_at_ms: atMs,
}: LoggedEvent): object {
  return {
    field: field ?? (kind === 'preference' ? 'user_preferences' : 'messages'),
    ...(kind !== 'account' && kind !== 'preference' && { type: kind }),
    ...(messageId !== undefined && { message: messageId }),
    ...(code !== undefined && { error_code: code }),
    timestamp: seconds(atMs),
  };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

import type { AppOperation } from '../../operation.ts';
import { getApp } from './app.ts';
import { listSubscriptions, removeSubscription, setSubscription } from './app-subscriptions.ts';
import { beginUpload } from './uploads.ts';
import { listWebhookDeliveries, redeliverWebhooks } from './webhook-deliveries.ts';

/** What can be done with an app. */
export const appOperations: readonly AppOperation[] = [
  getApp,
  setSubscription,
  listSubscriptions,
  removeSubscription,
  listWebhookDeliveries,
  redeliverWebhooks,
  beginUpload,
];

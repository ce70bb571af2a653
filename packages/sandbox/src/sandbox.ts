import type { Clock } from '@postern/protocol';
import type { People } from './people/people.ts';
import type { Business } from './state-file.ts';
import type { CloudApi } from './seed/cloud-api.ts';
import type { Supervisor } from './supervisor.ts';
import type { TransportView } from './transport-view.ts';
import type { WebhookReceiver } from './webhooks/webhook-receiver.ts';
import type { WebhookSubscription } from './webhooks/webhook-subscription.ts';

/** The sandbox, ready: what its HTTP operations work with. */
export interface Sandbox {
  readonly business: Business;
  readonly people: People;
  readonly cloudApi: CloudApi;
  readonly receiver: WebhookReceiver;
  readonly subscription: WebhookSubscription;
  readonly view: TransportView;
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly verifyToken: string;
}

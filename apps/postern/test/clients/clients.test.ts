import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { testChatAdapter } from './chat-adapter.ts';
import { testCloudApiClient } from './cloud-api-client.ts';
import { ClientsRig } from './clients-rig.ts';
import { testKapso } from './kapso.ts';

describe('clients from npm, unmodified', () => {
  let clients: ClientsRig;
  const getClients = (): ClientsRig => clients;

  before(async () => {
    clients = await ClientsRig.start();
  });
  after(() => clients?.stop());

  testKapso(getClients);
  testChatAdapter(getClients);
  testCloudApiClient(getClients);

  it('find every webhook rightly signed', () => {
    const { webhooks } = clients.bot;
    assert.ok(webhooks.length > 0);
    for (const { rawBody, isSignedForKapso, answered } of webhooks)
      assert.deepEqual([isSignedForKapso, answered], [true, 200], rawBody);
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { testApplicationTraps } from './application-traps.ts';
import { testChatAdapterMedia } from './chat-adapter-media.ts';
import { testChatAdapter } from './chat-adapter.ts';
import { testCloudApiClient } from './cloud-api-client.ts';
import { ClientsRig } from './clients-rig.ts';
import { testGreatDetail } from './great-detail.ts';
import { testGreatDetailTyped } from './great-detail-typed.ts';
import { testHearing } from './hearing.ts';
import { testHttps } from './https.ts';
import { testKapsoFlows } from './kapso-flows.ts';
import { testKapsoNumbers } from './kapso-numbers.ts';
import { testKapso } from './kapso.ts';
import { testMediaMessages } from './media-messages.ts';
import { testOddRegistrations } from './odd-registrations.ts';
import { testMetaSdk } from './meta-sdk.ts';
import { testStoredMedia } from './stored-media.ts';
import { testTemplates } from './templates.ts';
import { testTraps } from './traps.ts';
import { testUserIds } from './user-ids.ts';
import { testWhatsAppApiJs } from './whatsapp-api-js.ts';

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
  testWhatsAppApiJs(getClients);
  testGreatDetail(getClients);
  testHearing(getClients);
  testTemplates(getClients);
  testStoredMedia(getClients);
  testMediaMessages(getClients);
  testChatAdapterMedia(getClients);
  testMetaSdk(getClients);
  testGreatDetailTyped(getClients);
  testUserIds(getClients);
  testApplicationTraps(getClients);
  testTraps(getClients);
  testKapsoFlows(getClients);
  testKapsoNumbers(getClients);
  testHttps(getClients);
  testOddRegistrations(getClients);

  it('find every webhook rightly signed', () => {
    const { webhooks } = clients.bot;
    assert.ok(webhooks.length > 0);
    const isSigned = { kapso: true, greatDetail: true, greatDetail8: true, whatsappApiJs: true };
    for (const webhook of webhooks)
      assert.partialDeepStrictEqual(webhook, { answered: 200, isSigned }, webhook.rawBody);
  });
});

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import GreatDetail, { MessageType } from '@great-detail/whatsapp';
import type { Ready } from '../../src/instance/ready.ts';
import type { ClientsRig } from './clients-rig.ts';

interface NotThere {
  readonly what: string;
  readonly call: (sdk: GreatDetail, ready: Ready) => Promise<unknown>;
  readonly code: number;
}

/** What the client offers and Postern does not have, and the code that it is told. */
const notThere: readonly NotThere[] = [
  {
    what: 'the business profile',
    call: (sdk, { phoneNumberId: phoneNumberID }) => sdk.businessProfile.getBusinessProfile({ phoneNumberID }),
    code: 2500,
  },
  {
    what: 'changing the business profile',
    call: (sdk, { phoneNumberId: phoneNumberID }) =>
      sdk.businessProfile.updateBusinessProfile({ phoneNumberID, about: 'We sell tea' }),
    code: 2500,
  },
  {
    what: 'automation',
    call: (sdk, { phoneNumberId: phoneNumberID }) =>
      sdk.conversationalAutomation.setConversationalAutomation({ phoneNumberID, prompts: [], commands: [] }),
    code: 2500,
  },
  {
    what: 'another name for a number',
    call: (sdk, { phoneNumberId: phoneNumberID }) =>
      sdk.phoneNumbers.updatePhoneNumber({ phoneNumberID, new_display_name: 'Tea' }),
    code: 100,
  },
];

/** What `@great-detail/whatsapp` does. It leaves the version out of the path. */
export function testGreatDetail(getClients: () => ClientsRig): void {
  describe('@great-detail/whatsapp', () => {
    let sdk: GreatDetail;
    let gus = '';
    before(async () => {
      const { cloudApi, accessToken } = getClients().ready;
      const headers = { Authorization: `Bearer ${accessToken}` };
      sdk = new GreatDetail({ baseUrl: cloudApi, request: { headers } });
      gus = await getClients().newPerson('Gus');
    });

    it('sends a text', async () => {
      const clients = getClients();
      const { phoneNumberId: phoneNumberID } = clients.ready;
      const text = { body: 'Hello Gus' };
      const sent = await sdk.message.createMessage({ phoneNumberID, to: gus, type: MessageType.Text, text }).json();
      assert.equal((await clients.untilShown(gus, sent.messages[0]!.id)).text?.body, 'Hello Gus');
    });

    it('says that a message was read', async () => {
      const clients = getClients();
      const { phoneNumberId: phoneNumberID } = clients.ready;
      const { id } = await clients.untilSaid(gus, { type: 'text', text: { body: 'Hello?' } });
      const status = { phoneNumberID, message_id: id, status: 'read', typing_indicator: { type: 'text' } } as const;
      assert.deepEqual(await sdk.message.createStatus(status).json(), { success: true });
      await clients.rig.untilOnPhone(gus, id, 'read');
      await clients.untilTyping(gus);
    });

    it('looks at the account and its numbers, with the fields it asks for', async () => {
      const { ready } = getClients();
      const { businessAccountId: businessAccountID, phoneNumberId: phoneNumberID } = ready;
      const account = await sdk.whatsappBusinessAccount.get(businessAccountID, { fields: ['id', 'name'] }).json();
      assert.deepEqual(Object.keys(account).toSorted(), ['id', 'name']);
      const numbers = await sdk.phoneNumbers.listPhoneNumbers({ businessAccountID }).json();
      assert.partialDeepStrictEqual(numbers, { data: [{ id: phoneNumberID }] });
      const fields = ['display_phone_number', 'verified_name'] as const;
      const number = await sdk.phoneNumbers.getPhoneNumber({ phoneNumberID, fields: [...fields] }).json();
      assert.deepEqual(Object.keys(number).toSorted(), ['display_phone_number', 'id', 'verified_name']);
    });

    it('subscribes its app to the account', async () => {
      const { businessAccountId: businessAccountID, appId } = getClients().ready;
      assert.deepEqual(await sdk.subscribedApps.createSubscription({ businessAccountID }).json(), { success: true });
      const subscribed = await sdk.subscribedApps.listSubscriptions({ businessAccountID }).json();
      assert.partialDeepStrictEqual(subscribed, { data: [{ whatsapp_business_api_data: { id: appId } }] });
    });

    for (const { what, call, code } of notThere)
      it(`is told that there is no such thing: ${what}`, async () => {
        await assert.rejects(call(sdk, getClients().ready), (error: Error & { data?: object }) => {
          assert.partialDeepStrictEqual(error.data, { error: { code } });
          return true;
        });
      });
  });
}

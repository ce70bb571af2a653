import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import GreatDetail, { MessageType } from '@great-detail/whatsapp';
import type { ClientsRig } from './clients-rig.ts';
import { greatDetailClients, type GreatDetailClient } from './great-detail-clients.ts';
import { mediaFiles } from './media-files.ts';

/** What `@great-detail/whatsapp` does, in each of its versions. */
export function testGreatDetail(getClients: () => ClientsRig): void {
  for (const client of greatDetailClients)
    describe(client.name, () => {
      testConversation(getClients, client);
      testManagement(getClients, client);
    });
  it('@great-detail/whatsapp 9.2.0 sets prompts and commands', async () => {
    const { cloudApi, accessToken, phoneNumberId: phoneNumberID } = getClients().ready;
    const headers = { Authorization: `Bearer ${accessToken}` };
    const { conversationalAutomation } = new GreatDetail({ baseUrl: cloudApi, request: { headers } });
    const commands = [{ command_name: 'tea', command_description: 'Orders tea' }];
    const set = conversationalAutomation.setConversationalAutomation({ phoneNumberID, prompts: ['Tea?'], commands });
    assert.deepEqual(await set.json(), { success: true });
    const { body } = await getClients().rig.cloudApi('GET', `${phoneNumberID}?fields=conversational_automation`);
    assert.partialDeepStrictEqual(body.conversational_automation, { prompts: ['Tea?'], commands });
  });
}

function testConversation(getClients: () => ClientsRig, client: GreatDetailClient): void {
  let gus = '';
  before(async () => {
    gus = await getClients().newPerson('Gus');
  });
  const open = () => ({ sdk: client.open(getClients().ready), phoneNumberID: getClients().ready.phoneNumberId });

  it('sends a text', async () => {
    const { sdk, phoneNumberID } = open();
    const text = { body: 'Hello Gus' };
    const sent = await sdk.message.createMessage({ phoneNumberID, to: gus, type: MessageType.Text, text }).json();
    assert.equal((await getClients().untilShown(gus, sent.messages[0]!.id)).text?.body, 'Hello Gus');
  });

  it('sends a template', async () => {
    const { sdk, phoneNumberID } = open();
    const template = { name: 'hello_world', language: { code: 'en_US' }, components: [] } as const;
    const message = { phoneNumberID, to: gus, type: MessageType.Template } as const;
    const sent = await sdk.message.createMessage({ ...message, template: { ...template, components: [] } }).json();
    const shown = await getClients().untilShown(gus, sent.messages[0]!.id);
    assert.partialDeepStrictEqual(shown, { type: 'template', template: { name: 'hello_world' } });
  });

  it('takes the handshake of webhooks', async () => {
    const { sdk } = open();
    const query = getClients().bot.handshakes[0]!;
    const { verifyToken, accept } = await sdk.webhook.register({ method: 'GET', query, headers: {} });
    assert.deepEqual([verifyToken, accept()], [getClients().ready.verifyToken, query['hub.challenge']]);
  });

  it('says that a message was read', async () => {
    const clients = getClients();
    const { sdk, phoneNumberID } = open();
    const { id } = await clients.untilSaid(gus, { type: 'text', text: { body: 'Hello?' } });
    const status = { phoneNumberID, message_id: id, status: 'read', typing_indicator: { type: 'text' } } as const;
    assert.deepEqual(await sdk.message.createStatus(status).json(), { success: true });
    await clients.rig.untilOnPhone(gus, id, 'read');
    await clients.untilTyping(gus);
  });

  it('uploads, fetches when it is given the token, and removes', async () => {
    const { sdk, phoneNumberID } = open();
    const headers = { Authorization: `Bearer ${getClients().ready.accessToken}` };
    const { type: mimeType, bytes } = mediaFiles.png;
    const { id: mediaID } = await sdk.media
      .upload({ phoneNumberID, file: new Blob([bytes]), filename: 'dot.png', mimeType })
      .json();
    const { url: mediaURL } = await sdk.media.getURL({ mediaID, phoneNumberID }).json();
    const fetched = await sdk.media.download({ mediaURL, request: { headers } }).arrayBuffer();
    assert.deepEqual(Buffer.from(fetched), Buffer.from(bytes));
    await assert.rejects(sdk.media.download({ mediaURL }), { name: 'HTTPError' });
    assert.deepEqual(await sdk.media.delete({ mediaID }).json(), { success: true });
  });
}

function testManagement(getClients: () => ClientsRig, client: GreatDetailClient): void {
  const open = () => ({ sdk: client.open(getClients().ready), phoneNumberID: getClients().ready.phoneNumberId });

  it('looks at the account and its numbers, with the fields it asks for', async () => {
    const { sdk, phoneNumberID } = open();
    const { businessAccountId: businessAccountID } = getClients().ready;
    const account = await sdk.whatsappBusinessAccount.get(businessAccountID, { fields: ['id', 'name'] }).json();
    assert.deepEqual(Object.keys(account).toSorted(), ['id', 'name']);
    const numbers = await sdk.phoneNumbers.listPhoneNumbers({ businessAccountID }).json();
    assert.partialDeepStrictEqual(numbers, { data: [{ id: phoneNumberID }] });
    const fields = ['display_phone_number', 'verified_name'] as const;
    const number = await sdk.phoneNumbers.getPhoneNumber({ phoneNumberID, fields: [...fields] }).json();
    assert.deepEqual(Object.keys(number).toSorted(), ['display_phone_number', 'id', 'verified_name']);
  });

  it('asks for fields of fields', async () => {
    const { sdk, phoneNumberID } = open();
    const { businessAccountId: businessAccountID } = getClients().ready;
    const fields = ['id', ['throughput', ['level']]] as unknown as ['id'];
    const { data } = await sdk.phoneNumbers.listPhoneNumbers({ businessAccountID, fields }).json();
    const number = data.find(({ id }) => id === phoneNumberID);
    assert.deepEqual(Object.keys(number ?? {}).toSorted(), ['id', 'throughput']);
  });

  it('asks for another name of its number', async () => {
    const { sdk, phoneNumberID } = open();
    const new_display_name = `Tea by ${client.name.replace(/[^a-z0-9 ]/gi, ' ').trim()}`;
    const asked = sdk.phoneNumbers.updatePhoneNumber({ phoneNumberID, new_display_name });
    assert.partialDeepStrictEqual(await asked.json(), { success: true });
  });

  it('lists its numbers by when they were registered, and those alone that it asks for', async () => {
    const { sdk, phoneNumberID } = open();
    const { businessAccountId: businessAccountID } = getClients().ready;
    const sort = 'last_onboarded_time_descending';
    const filtering = (mode: string) => JSON.stringify([{ field: 'account_mode', operator: 'EQUAL', value: mode }]);
    for (const [mode, ids] of [
      ['LIVE', [phoneNumberID]],
      ['SANDBOX', []],
    ] as const) {
      const { data } = await sdk.phoneNumbers
        .listPhoneNumbers({ businessAccountID, sort, filtering: filtering(mode) })
        .json();
      assert.deepEqual(
        data.map(({ id }) => id),
        ids,
        mode,
      );
    }
  });

  it('subscribes its app to the account', async () => {
    const { sdk } = open();
    const { businessAccountId: businessAccountID, appId } = getClients().ready;
    assert.deepEqual(await sdk.subscribedApps.createSubscription({ businessAccountID }).json(), { success: true });
    const subscribed = await sdk.subscribedApps.listSubscriptions({ businessAccountID }).json();
    assert.partialDeepStrictEqual(subscribed, { data: [{ whatsapp_business_api_data: { id: appId } }] });
  });

  it('changes the business profile, and reads it', async () => {
    const { sdk, phoneNumberID } = open();
    const profile = { about: `We sell tea by ${client.name}`, vertical: 'RETAIL', websites: ['https://tea.example/'] };
    const update = { phoneNumberID, ...profile } as Parameters<typeof sdk.businessProfile.updateBusinessProfile>[0];
    assert.deepEqual(await sdk.businessProfile.updateBusinessProfile(update).json(), { success: true });
    const read = await sdk.businessProfile
      .getBusinessProfile({ phoneNumberID, fields: ['about', 'vertical', 'websites'] })
      .json();
    assert.deepEqual(read, { data: [{ ...profile, messaging_product: 'whatsapp' }] });
  });

  it('makes a template, looks it up, lists, changes and deletes it', async () => {
    const { sdk } = open();
    const { businessAccountId } = getClients().ready;
    const name = `thanks_${client.name.replace(/\W/g, '')}`;
    const definition = { name, category: 'UTILITY', language: 'en_US', parameter_format: 'POSITIONAL' } as const;
    const components = [{ type: 'BODY', text: 'Thank you for your order.' }] as const;
    const { id } = await sdk.template.create(businessAccountId, { ...definition, components: [...components] }).json();
    assert.partialDeepStrictEqual(await sdk.template.get(id, {}).json(), { id, name, status: 'APPROVED' });
    const listed = await sdk.template.list(businessAccountId, { status: ['APPROVED'], fields: ['name'] }).json();
    assert.ok(listed.data.some((each) => each.name === name));
    const change = { components: [{ type: 'BODY', text: 'Thank you very much.' }] } as const;
    const changed = await sdk.template.update(id, { components: [...change.components] }).json();
    assert.partialDeepStrictEqual(changed, { success: true });
    assert.deepEqual(await sdk.template.delete(businessAccountId, { name }).json(), { success: true });
  });

  it('looks into the library of templates, and takes one', async () => {
    const { sdk } = open();
    const { businessAccountId } = getClients().ready;
    const listed = sdk.template.listLibrary({ search: 'order', language: 'en_US', limit: 5 });
    // Its types leave out that a list stands in `data`.
    const { data } = await listed.json<{ data: { name: string; body: string; buttons?: object[] }[] }>();
    const found = data.find(({ body, buttons }) => body !== '' && !buttons);
    assert.ok(found, JSON.stringify(data));
    const name = `library_${client.name.replace(/\W/g, '')}`;
    const definition = { name, category: 'UTILITY', language: 'en_US', library_template_name: found.name } as const;
    const made = await sdk.template.create(businessAccountId, definition).json();
    const fields = ['library_template_name', 'status'] as const;
    const read = await sdk.template.get(made.id, { fields: [...fields] }).json();
    assert.partialDeepStrictEqual(read, { library_template_name: found.name, status: 'APPROVED' });
  });

  it('is told what is wrong', async () => {
    const { sdk } = open();
    const wrong = sdk.phoneNumbers.getPhoneNumber({ phoneNumberID: '1' });
    await assert.rejects(wrong, (error: Error & { data?: object; response?: Response }) => {
      assert.equal(error.name, 'HTTPError');
      assert.equal(error.response?.status, 400);
      return true;
    });
  });
}

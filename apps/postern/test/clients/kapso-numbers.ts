import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import type { ClientsRig } from './clients-rig.ts';
import { graphFailure } from './graph-failure.ts';

interface NotThere {
  readonly what: string;
  readonly call: (kapso: WhatsAppClient, ids: { phoneNumberId: string; wabaId: string }) => Promise<unknown>;
  readonly code: number;
}

/** What the client offers and Postern does not have, and the code that it is told. */
const notThere: readonly NotThere[] = [
  {
    what: 'settings of calls',
    call: ({ phoneNumbers }, { phoneNumberId }) =>
      phoneNumbers.settings.update({ phoneNumberId, calling: { status: 'ENABLED' } }),
    code: 3,
  },
  {
    what: 'calls',
    call: ({ calls }, { phoneNumberId }) => calls.connect({ phoneNumberId, to: '15550100001' }),
    code: 3,
  },
  {
    what: 'permissions to call',
    call: ({ calls }, { phoneNumberId }) => calls.permissions.get({ phoneNumberId, userWaId: '15550100001' }),
    code: 3,
  },
  {
    what: 'a template by the path of its account, which the Graph does not have either',
    call: ({ templates }, { wabaId }) => templates.get({ businessAccountId: wabaId, templateId: '1' }),
    code: 2500,
  },
];

/** What `@kapso/whatsapp-cloud-api` does with a number and its account. The number is away at times: nothing else may run beside it. */
export function testKapsoNumbers(getClients: () => ClientsRig): void {
  describe('@kapso/whatsapp-cloud-api, of numbers', () => {
    const ids = () => {
      const { phoneNumberId, businessAccountId: wabaId } = getClients().ready;
      return { phoneNumberId, wabaId };
    };

    it('reads and changes how long messages are kept', async () => {
      const { settings } = getClients().kapso.phoneNumbers;
      const { phoneNumberId } = ids();
      const storageConfiguration = { status: 'DEFAULT', retentionMinutes: 24 * 60 };
      await settings.update({ phoneNumberId, storageConfiguration });
      assert.partialDeepStrictEqual(await settings.get({ phoneNumberId }), { storageConfiguration });
    });

    it('changes the business profile, and reads it', async () => {
      const { businessProfile } = getClients().kapso.phoneNumbers;
      const { phoneNumberId } = ids();
      const profile = { about: 'We sell tea', email: 'tea@example.com', websites: ['https://tea.example/'] };
      assert.deepEqual(await businessProfile.update({ phoneNumberId, ...profile }), { success: true });
      const { data } = await businessProfile.get({ phoneNumberId, fields: 'about,email,websites' });
      assert.partialDeepStrictEqual(data, [profile]);
    });

    for (const { what, call, code } of notThere)
      it(`is told that there is no such thing: ${what}`, async () => {
        assert.equal((await graphFailure(call(getClients().kapso, ids()))).code, code);
      });

    it('takes a number away and brings it back', async () => {
      const { kapso, rig } = getClients();
      const { phoneNumberId } = ids();
      assert.deepEqual(await kapso.phoneNumbers.deregister({ phoneNumberId }), { success: true });
      const sending = kapso.messages.sendText({ phoneNumberId, to: rig.ready.people[0]!.waId, body: 'Hello' });
      assert.equal((await graphFailure(sending)).category, 'phoneRegistration');
      await kapso.phoneNumbers.requestCode({ phoneNumberId, codeMethod: 'SMS', language: 'en' });
      const code = await getClients().untilCode();
      assert.partialDeepStrictEqual(await kapso.phoneNumbers.verifyCode({ phoneNumberId, code }), { success: true });
      const { business } = getClients().sandboxState();
      await kapso.phoneNumbers.register({ phoneNumberId, pin: business.pin });
      await rig.sendText(rig.ready.people[0]!.waId, 'I am back');
    });
  });
}

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import type { ClientsRig } from './clients-rig.ts';
import { graphFailure } from './graph-failure.ts';

/** A flow of one screen with one button, as the client has it: it writes the names in camel case. */
function oneScreen(label: string): Record<string, unknown> {
  const onClickAction = { name: 'complete', payload: {} };
  const layout = { type: 'SingleColumnLayout', children: [{ type: 'Footer', label, onClickAction }] };
  return { version: '7.0', screens: [{ id: 'FIRST', title: 'Book', terminal: true, layout }] };
}

/** What `@kapso/whatsapp-cloud-api` does with flows. */
export function testKapsoFlows(getClients: () => ClientsRig): void {
  describe('@kapso/whatsapp-cloud-api, of flows', () => {
    let flows: WhatsAppClient['flows'];
    let wabaId = '';
    before(() => {
      ({ flows } = getClients().kapso);
      wabaId = getClients().ready.businessAccountId;
    });

    it('makes one, looks it up, lists it and publishes it', async () => {
      const made = await flows.create({ wabaId, name: 'Booking', flowJson: oneScreen('Book') });
      assert.deepEqual(made.validationErrors ?? [], []);
      const { id: flowId } = made;
      assert.partialDeepStrictEqual(await flows.get({ flowId }), { id: flowId, name: 'Booking', status: 'DRAFT' });
      assert.deepEqual(await flows.publish({ flowId }), { success: true });
      const { data } = await flows.list<{ data: { id: string; status: string }[] }>({ wabaId, limit: 100 });
      assert.equal(data.find(({ id }) => id === flowId)?.status, 'PUBLISHED');
    });

    it('replaces the file of a draft, looks at its preview, publishes and deprecates it', async () => {
      const { id: flowId } = await flows.create({ wabaId, name: 'Orders', flowJson: oneScreen('Book') });
      const replaced = await flows.updateAsset({ flowId, json: oneScreen('Order tea') });
      assert.partialDeepStrictEqual(replaced, { success: true });
      const { preview } = await flows.preview({ flowId, interactive: true });
      const page = await fetch(preview.previewUrl);
      assert.equal(page.status, 200);
      assert.match(await page.text(), /Order tea/);
      assert.ok(new Date(preview.expiresAt) > new Date());
      assert.deepEqual(await flows.publish({ flowId }), { success: true });
      assert.deepEqual(await flows.deprecate({ flowId }), { success: true });
      assert.partialDeepStrictEqual(await flows.get({ flowId, fields: 'status' }), { status: 'DEPRECATED' });
    });

    it('deploys one in one go', async () => {
      const deployed = await flows.deploy(oneScreen('Pay'), { name: 'Payment', wabaId, publish: true, preview: true });
      assert.match(String(deployed.previewUrl), /^http:/);
      assert.partialDeepStrictEqual(await flows.get({ flowId: deployed.flowId }), { status: 'PUBLISHED' });
    });

    it('is told what is wrong in one, and where', async () => {
      const wrong = { ...oneScreen('Book'), version: 'seven' };
      const { id, validationErrors } = await flows.create({ wabaId, name: 'Broken', flowJson: wrong });
      assert.ok(validationErrors && validationErrors.length > 0);
      assert.equal((await graphFailure(flows.publish({ flowId: id }))).code, 139002);
    });

    it('mends one, looks at it and ends it', async () => {
      const { id: flowId } = await flows.create({ wabaId, name: 'Mended', flowJson: { version: '7.0', screens: [] } });
      const mended = await flows.updateAsset({ flowId, json: oneScreen('Mended') });
      assert.deepEqual([mended.success, mended.validationErrors ?? []], [true, []]);
      const { preview } = await flows.preview({ flowId });
      assert.match(await (await fetch(preview.previewUrl)).text(), /<span class="footer">Mended<\/span>/);
      assert.deepEqual(await flows.publish({ flowId }), { success: true });
      assert.deepEqual(await flows.deprecate({ flowId }), { success: true });
      assert.partialDeepStrictEqual(await flows.get({ flowId }), { status: 'DEPRECATED' });
    });

    it('deploys one in one step', async () => {
      const options = { wabaId, name: 'Deployed', publish: true, preview: true };
      const { flowId, previewUrl } = await flows.deploy(oneScreen('Go'), options);
      assert.match(previewUrl ?? '', /^http.*\/flows\/preview/);
      assert.partialDeepStrictEqual(await flows.get({ flowId }), { status: 'PUBLISHED' });
    });

    it('is told that there is no such flow', async () => {
      assert.equal((await graphFailure(flows.get({ flowId: '771234567890' }))).code, 100);
    });
  });
}

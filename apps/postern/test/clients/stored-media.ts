import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { uploadMedia } from '@whatsapp-cloudapi/client';
import type { ClientsRig } from './clients-rig.ts';
import { graphFailure } from './graph-failure.ts';
import { mediaFiles } from './media-files.ts';
import { newWhatsAppApi } from './whatsapp-api.ts';

const { bytes, type } = mediaFiles.png;

/** Media as the clients store, look up, fetch and remove them. */
export function testStoredMedia(getClients: () => ClientsRig): void {
  describe('media of the clients', () => {
    let phoneNumberId = '';
    before(() => {
      ({ phoneNumberId } = getClients().ready);
    });

    it('@kapso/whatsapp-cloud-api uploads bytes without a name or type of their own, and fetches them with its token', async () => {
      const { media } = getClients().kapso;
      for (const file of Object.values(mediaFiles)) {
        const { id } = await media.upload({ phoneNumberId, type: file.type, file: file.bytes });
        const stored = await media.get({ mediaId: id, phoneNumberId });
        const sha256 = createHash('sha256').update(file.bytes).digest('hex');
        const told = [stored.mimeType.split(';')[0], stored.sha256, stored.fileSize];
        assert.deepEqual(told, [file.type, sha256, file.bytes.length]);
        const fetched = await media.download({ mediaId: id, auth: 'always' });
        assert.deepEqual(Buffer.from(fetched as ArrayBuffer), Buffer.from(file.bytes));
        assert.deepEqual(await media.delete({ mediaId: id }), { success: true });
        const gone = await graphFailure(media.get({ mediaId: id }));
        assert.deepEqual([gone.code, gone.errorSubcode], [100, 33]);
      }
    });

    it('@kapso/whatsapp-cloud-api gets an error as JSON when it fetches without its token, as it does unless told', async () => {
      const { media } = getClients().kapso;
      const { id } = await media.upload({ phoneNumberId, type, file: bytes, fileName: 'dot.png' });
      const response = (await media.download({ mediaId: id, as: 'response' })) as Response;
      assert.equal(response.status, 401);
      assert.partialDeepStrictEqual(await response.json(), { error: { type: 'OAuthException' } });
    });

    it('@kapso/whatsapp-cloud-api is told what is wrong with a file', async () => {
      const { media } = getClients().kapso;
      const upload = (file: Uint8Array, told: string) =>
        graphFailure(media.upload({ phoneNumberId, type: told, file }));
      assert.equal((await upload(bytes, 'image/bmp')).code, 100);
      assert.equal((await upload(bytes, 'application/pdf')).httpStatus, 400);
    });

    it('@whatsapp-cloudapi/client uploads an image, without saying its type twice', async () => {
      const { cloudApiClient, kapso } = getClients();
      const { id } = await uploadMedia({ ...cloudApiClient, file: new File([bytes], 'dot.png', { type }) });
      assert.equal((await kapso.media.get({ mediaId: id })).mimeType, type);
    });

    it('whatsapp-api-js uploads with the product in the query, fetches and removes', async () => {
      const api = newWhatsAppApi(getClients().ready);
      const form = new FormData();
      form.set('file', new Blob([bytes], { type }));
      const uploaded = await api.uploadMedia(phoneNumberId, form);
      assert.ok('id' in uploaded, JSON.stringify(uploaded));
      const stored = await api.retrieveMedia(uploaded.id, phoneNumberId);
      assert.ok('url' in stored, JSON.stringify(stored));
      const fetched = await api.fetchMedia(stored.url);
      assert.deepEqual([fetched.status, fetched.headers.get('content-type')], [200, type]);
      assert.deepEqual(Buffer.from(await fetched.arrayBuffer()), Buffer.from(bytes));
      assert.deepEqual(await api.deleteMedia(uploaded.id), { success: true });
      assert.partialDeepStrictEqual(await api.retrieveMedia(uploaded.id), { error: { code: 100 } });
    });

    it('whatsapp-api-js uploads video by the name that it alone has for 3GPP', async () => {
      const api = newWhatsAppApi(getClients().ready);
      const head = ['\0\0\0\x18', 'ftyp3gp5', '\0\0\0\0', '3gp53gp4'].join('');
      const form = new FormData();
      form.set('file', new Blob([Buffer.from(head, 'latin1')], { type: 'video/3gp' }));
      const uploaded = await api.uploadMedia(phoneNumberId, form);
      assert.ok('id' in uploaded, JSON.stringify(uploaded));
      assert.partialDeepStrictEqual(await api.retrieveMedia(uploaded.id), { mime_type: 'video/3gpp' });
    });
  });
}

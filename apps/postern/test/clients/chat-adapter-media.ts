import assert from 'node:assert/strict';
import { get } from 'node:https';
import { after, before, describe, it } from 'node:test';
import { createWhatsAppAdapter, type WhatsAppAdapter } from '@chat-adapter/whatsapp';
import { ConsoleLogger } from 'chat';
import type { ClientsRig } from './clients-rig.ts';
import { mediaFiles } from './media-files.ts';
import { trustAuthority } from './trust.ts';

type Transport = NonNullable<Parameters<WhatsAppAdapter['downloadMedia']>[1]>;

/** How `@chat-adapter/whatsapp` fetches media: only by HTTPS, and only where its API is. */
export function testChatAdapterMedia(getClients: () => ClientsRig): void {
  describe('@chat-adapter/whatsapp, by HTTPS', () => {
    let adapter: WhatsAppAdapter;
    let mediaId = '';
    let forget = () => {};

    before(async () => {
      const { ready, kapso } = getClients();
      const apiUrl = String(ready.cloudApiHttps);
      forget = trustAuthority(ready);
      adapter = createWhatsAppAdapter({ ...ready, apiUrl, logger: new ConsoleLogger('silent') });
      const { type, bytes: file } = mediaFiles.pdf;
      ({ id: mediaId } = await kapso.media.upload({ phoneNumberId: ready.phoneNumberId, type, file }));
    });
    after(() => forget());

    // Its own way refuses addresses of this machine.
    const toThisMachine: Transport = (url, signal, headers) =>
      new Promise((resolve, reject) => {
        get(url, { signal, headers }, resolve).on('error', reject);
      });

    it('fetches media from where it asked for them', async () => {
      const fetched = await adapter.downloadMedia(mediaId, toThisMachine);
      assert.deepEqual(fetched, mediaFiles.pdf.bytes);
    });

    it('refuses to send its token to a host of this machine by itself', async () => {
      await assert.rejects(adapter.downloadMedia(mediaId), { name: 'NetworkError' });
    });
  });
}

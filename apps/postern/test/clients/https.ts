import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import { runProgram } from '../rig.ts';
import type { ClientsRig } from './clients-rig.ts';
import { mediaFiles } from './media-files.ts';
import { trustAuthority } from './trust.ts';

/** A client that uses HTTPS for everything, and trusts the authority that the ready line names. */
export function testHttps(getClients: () => ClientsRig): void {
  describe('@kapso/whatsapp-cloud-api, by HTTPS', () => {
    let kapso: WhatsAppClient;
    let forget = () => {};
    before(() => {
      const { ready } = getClients();
      forget = trustAuthority(ready);
      kapso = new WhatsAppClient({ baseUrl: String(ready.cloudApiHttps), accessToken: ready.accessToken });
    });
    after(() => forget());

    it('uploads a file, and fetches it from a URL that is HTTPS too', async () => {
      const { phoneNumberId, cloudApiHttps } = getClients().ready;
      const { type, bytes: file } = mediaFiles.pdf;
      const { id: mediaId } = await kapso.media.upload({ phoneNumberId, type, file });
      const { url } = await kapso.media.get({ mediaId });
      assert.equal(new URL(url).origin, cloudApiHttps);
      const fetched = await kapso.media.download({ mediaId, auth: 'always' });
      assert.deepEqual(Buffer.from(fetched as ArrayBuffer), Buffer.from(file));
    });

    it('sends a message', async () => {
      const clients = getClients();
      const ida = await clients.newPerson('Ida');
      const { phoneNumberId } = clients.ready;
      const { messages } = await kapso.messages.sendText({ phoneNumberId, to: ida, body: 'By HTTPS' });
      assert.equal((await clients.untilShown(ida, String(messages[0]?.id))).text?.body, 'By HTTPS');
    });
  });

  it('doctor says for whom and until when the certificate is, and that HTTPS answers', async () => {
    const { dataDir } = getClients();
    const { code, stdout } = await runProgram(['doctor', '--json', '--data', dataDir]);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /"check":"certificate","ok":true,"message":"for localhost, 127\.0\.0\.1, .*, until 20/);
    assert.match(stdout, /"check":"https","ok":true,"message":"https:\/\/localhost:\d+ answers"/);
  });
}

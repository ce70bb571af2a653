import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { sendImageMessage, uploadMedia } from '@whatsapp-cloudapi/client';
import { Document } from 'whatsapp-api-js/messages';
import { until } from '../rig.ts';
import type { ClientsRig, Shown } from './clients-rig.ts';
import { mediaFiles } from './media-files.ts';
import { newWhatsAppApi } from './whatsapp-api.ts';

type FileName = keyof typeof mediaFiles;

/** Media that the clients send to people, and that people send to them. */
export function testMediaMessages(getClients: () => ClientsRig): void {
  describe('media in messages of the clients', () => {
    let mia = '';
    let phoneNumberId = '';
    let site: Server;
    before(async () => {
      mia = await getClients().newPerson('Mia');
      ({ phoneNumberId } = getClients().ready);
      site = createServer((_, response) => {
        response.writeHead(200, { 'content-type': mediaFiles.png.type }).end(mediaFiles.png.bytes);
      }).listen(0, '127.0.0.1');
      await once(site, 'listening');
    });
    after(() => void site.close());
    const link = (): string => `http://127.0.0.1:${(site.address() as AddressInfo).port}/dot.png`;
    const about = () => ({ phoneNumberId, to: mia });
    const upload = async (name: FileName): Promise<string> => {
      const { type, bytes: file } = mediaFiles[name];
      return (await getClients().kapso.media.upload({ phoneNumberId, type, file })).id;
    };
    /** Waits until the phone shows a medium as this, and compares the bytes that it opens. */
    const untilOpened = async (
      id: string,
      { type, file, ...told }: { type: string; file: FileName },
    ): Promise<void> => {
      const clients = getClients();
      const medium = ((await clients.untilShown(mia, id)) as Shown)[type] as { id: string; mime_type: string };
      assert.partialDeepStrictEqual(medium, told);
      assert.deepEqual(await clients.openOnPhone(mia, medium.id), Buffer.from(mediaFiles[file].bytes));
    };

    it('@kapso/whatsapp-cloud-api sends each kind of what it uploaded', async () => {
      const { messages } = getClients().kapso;
      const [image, video, audio, document, sticker] = await Promise.all([
        messages.sendImage({ ...about(), image: { id: await upload('png'), caption: 'A dot' } }),
        messages.sendVideo({ ...about(), video: { id: await upload('mp4'), caption: 'It moves' } }),
        messages.sendAudio({ ...about(), audio: { id: await upload('ogg'), voice: true } }),
        messages.sendDocument({ ...about(), document: { id: await upload('pdf'), filename: 'bill.pdf' } }),
        messages.sendSticker({ ...about(), sticker: { id: await upload('webp') } }),
      ]);
      const shown = { image: { type: 'image', file: 'png', caption: 'A dot' } } as const;
      await untilOpened(image.messages[0]!.id, shown.image);
      await untilOpened(video.messages[0]!.id, { type: 'video', file: 'mp4' });
      await untilOpened(audio.messages[0]!.id, { type: 'audio', file: 'ogg' });
      await untilOpened(document.messages[0]!.id, { type: 'document', file: 'pdf' });
      await untilOpened(sticker.messages[0]!.id, { type: 'sticker', file: 'webp' });
    });

    it('@kapso/whatsapp-cloud-api sends what a link leads to, and hears when that is nothing', async () => {
      const clients = getClients();
      const { messages } = clients.kapso;
      const sent = await messages.sendImage({ ...about(), image: { link: link() } });
      await untilOpened(sent.messages[0]!.id, { type: 'image', file: 'png' });
      const dead = await messages.sendDocument({ ...about(), document: { link: 'http://127.0.0.1:9/none.pdf' } });
      const failed = await clients.untilStatus(dead.messages[0]!.id, 'failed');
      assert.partialDeepStrictEqual(failed, { errors: [{ code: 131053 }] });
    });

    it('@kapso/whatsapp-cloud-api sends cards and buttons with pictures', async () => {
      const clients = getClients();
      const { messages } = clients.kapso;
      const image = { id: await upload('png') };
      const card = (cardIndex: number) => ({
        cardIndex,
        header: { type: 'image' as const, image },
        bodyText: `Tea ${cardIndex}`,
        action: { buttons: [{ id: `tea-${cardIndex}`, title: 'This one' }] },
      });
      const sent = await messages.sendInteractiveCarousel({
        ...about(),
        bodyText: 'Which?',
        cards: [card(0), card(1)],
      });
      const { id } = sent.messages[0]!;
      const { interactive } = (await clients.untilShown(mia, id)) as Shown;
      assert.partialDeepStrictEqual(interactive, { type: 'carousel', body: { text: 'Which?' } });
      const tapped = await clients.untilTapped(mia, id, 'tea-1');
      assert.partialDeepStrictEqual(tapped, { context: { id } });
      const buttons = [{ id: 'yes', title: 'Yes' }];
      const header = { type: 'image' as const, image: { link: link() } };
      const asked = await messages.sendInteractiveButtons({ ...about(), header, bodyText: 'This?', buttons });
      const shown = (await clients.untilShown(mia, asked.messages[0]!.id)) as Shown;
      assert.partialDeepStrictEqual(shown, { interactive: { type: 'button', header: { type: 'image' } } });
    });

    it('@chat-adapter/whatsapp sends files, the first with the text', async () => {
      const clients = getClients();
      const { adapter } = clients.bot;
      const files = [
        { filename: 'dot.png', data: Buffer.from(mediaFiles.png.bytes), mimeType: 'image/png' },
        { filename: 'bill.pdf', data: Buffer.from(mediaFiles.pdf.bytes) },
      ];
      const { id } = await adapter.postMessage(await adapter.openDM(mia), { markdown: 'Here', files });
      await untilOpened(id, { type: 'document', file: 'pdf' });
      // Media are made ready side by side, so that a later message may be there first.
      await until('the image is there, with the text', async () =>
        ((await clients.rig.inbox(mia)) as Shown[]).find(
          ({ image }) => (image as { caption?: string } | undefined)?.caption === 'Here',
        ),
      );
    });

    it('@whatsapp-cloudapi/client sends an image that it uploaded', async () => {
      const envelope = { ...getClients().cloudApiClient, to: `+${mia}` };
      const { type, bytes } = mediaFiles.png;
      const { id: mediaId } = await uploadMedia({ ...envelope, file: new File([bytes], 'dot.png', { type }) });
      const sent = await sendImageMessage({ ...envelope, mediaId, caption: 'A dot' });
      await untilOpened(sent.messages[0]!.id, { type: 'image', file: 'png' });
    });

    it('whatsapp-api-js sends a document', async () => {
      const api = newWhatsAppApi(getClients().ready);
      const document = new Document(await upload('pdf'), true, 'Your bill', 'bill.pdf');
      const sent = await api.sendMessage(phoneNumberId, mia, document);
      assert.ok('messages' in sent, JSON.stringify(sent));
      await untilOpened(sent.messages[0].id, { type: 'document', file: 'pdf' });
    });

    const received = [
      { type: 'image', file: 'png', told: { caption: 'Look' } },
      { type: 'video', file: 'mp4', told: { caption: 'Look' } },
      { type: 'audio', file: 'ogg', told: { voice: true } },
      { type: 'document', file: 'pdf', told: { filename: 'bill.pdf', caption: 'Look' } },
      { type: 'sticker', file: 'webp', told: {} },
    ] as const;
    for (const { type, file, told } of received)
      it(`all hear a person's ${type}, and fetch it`, async () => {
        const clients = getClients();
        const { bot } = clients;
        const onPhone = await clients.putOnPhone(mia, mediaFiles[file]);
        const { id } = await clients.untilSaid(mia, { type, [type]: { id: onPhone, ...told } });
        const heard = await until('whatsapp-api-js hears it', () =>
          bot.receivers.messages.find(({ message }) => message.id === id),
        );
        const medium = (heard.message as unknown as Shown)[type] as { id: string; mime_type: string };
        assert.partialDeepStrictEqual(medium, told);
        assert.ok(medium.mime_type.startsWith(mediaFiles[file].type));
        const fetched = await clients.kapso.media.download({ mediaId: medium.id, auth: 'always' });
        assert.deepEqual(Buffer.from(fetched as ArrayBuffer), Buffer.from(mediaFiles[file].bytes));
        const passedOn = await until('the chat adapter hears it', () => bot.messages.find((each) => each.id === id));
        assert.partialDeepStrictEqual(passedOn.attachments, [{ fetchMetadata: { mediaId: medium.id } }]);
      });
  });
}

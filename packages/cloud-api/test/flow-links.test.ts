import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits } from '@postern/protocol';
import { bookingFlow } from './flow-files.ts';
import { startRig, type Rig } from './http-rig.ts';

let rig: Rig;
let flowId = '';
before(async () => {
  rig = await startRig();
  const body = { name: 'booking', categories: ['OTHER'], flow_json: JSON.stringify(bookingFlow) };
  flowId = (await rig.graph('POST', `/${rig.bank.wabaId}/flows`, { body })).body.id;
});
after(() => rig.stop());

async function fileUrl(): Promise<URL> {
  const { body } = await rig.graph('GET', `/${flowId}/assets`);
  return new URL((body.data[0] as unknown as { download_url: string }).download_url);
}

test('the file of a flow is had by its URL without a token, just as it was given, for an hour', async () => {
  const url = await fileUrl();
  const answer = await fetch(url);
  assert.deepEqual([answer.status, await answer.text()], [200, JSON.stringify(bookingFlow)]);
  rig.clock.setOffset(rig.clock.offsetMs + limits.flowFileUrlMs);
  assert.equal((await fetch(url)).status, 404);
  assert.equal((await fetch(await fileUrl())).status, 200);
});

test('a URL that was changed in any part gives nothing', async () => {
  const url = await fileUrl();
  const changes = [
    ['flow', '1234567890123456'],
    ['since', String(Number(url.searchParams.get('since')) - 1)],
    ['hash', 'A'.repeat(43)],
    ['hash', ''],
  ] as const;
  for (const [name, value] of changes) {
    const changed = new URL(url);
    changed.searchParams.set(name, value);
    assert.equal((await fetch(changed)).status, 404, name);
  }
  assert.equal((await fetch(String(url).replace('/flows/file', '/flows/preview'))).status, 404);
});

async function previewUrl(fields: string): Promise<string> {
  const { body } = await rig.graph('GET', `/${flowId}?fields=${fields}`);
  return (body as unknown as { preview: { preview_url: string } }).preview.preview_url;
}

test('the screens of a flow are seen at a URL that stays until it is replaced or 30 days are over', async () => {
  const url = await previewUrl('preview');
  assert.equal(await previewUrl('preview.invalidate(false)'), url);
  const page = await fetch(url);
  const text = await page.text();
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-security-policy') ?? '', /^default-src 'none'/);
  for (const shown of ['Book a time', '<h2>Ana</h2>', '<option>9:00</option>', 'href="#LAST"', 'Anything else?'])
    assert.ok(text.includes(shown), shown);
  const other = await previewUrl('preview.invalidate(true)');
  assert.deepEqual([(await fetch(url)).status, (await fetch(other)).status], [404, 200]);
  rig.clock.setOffset(rig.clock.offsetMs + limits.flowPreviewMs);
  assert.equal((await fetch(other)).status, 404);
  assert.equal((await fetch(await previewUrl('preview'))).status, 200);
});

test('what a business writes into a flow is no HTML in its preview', async () => {
  const evil = '<script>alert(1)</script>"\'&';
  const body = {
    name: evil,
    categories: ['OTHER'],
    flow_json: JSON.stringify({
      version: '7.3',
      screens: [
        {
          id: evil,
          title: evil,
          data: { x: { type: 'string', __example__: evil } },
          layout: {
            children: [
              { type: 'TextHeading', text: '${data.x}' },
              { type: 'Dropdown', label: evil, 'data-source': [{ id: evil, title: evil }] },
              { type: 'RadioButtonsGroup', name: evil, label: evil, 'data-source': [{ id: evil, title: evil }] },
              { type: 'Image', src: evil, 'alt-text': evil },
              { type: 'If', condition: evil, ['then' as string]: [{ type: 'EmbeddedLink', text: evil }] },
              { type: 'Switch', value: evil, cases: { [evil]: [] } },
              { type: 'Footer', label: evil, 'on-click-action': { next: { name: evil } } },
            ],
          },
        },
      ],
    }),
  };
  const { id } = (await rig.graph('POST', `/${rig.bank.wabaId}/flows`, { body })).body;
  const { preview } = (await rig.graph('GET', `/${id}?fields=preview`)).body as unknown as {
    preview: { preview_url: string };
  };
  const text = await (await fetch(preview.preview_url)).text();
  assert.ok(!text.includes('<script') && !text.includes('"\'&'), text);
  assert.ok(text.split('&lt;script&gt;').length > 10);
});

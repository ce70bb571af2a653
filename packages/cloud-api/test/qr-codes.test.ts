import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits } from '@postern/protocol';
import { startRig, assertError, type Rig } from './http-rig.ts';

let rig: Rig;
before(async () => {
  rig = await startRig();
  await rig.register(rig.bank);
});
after(() => rig.stop());

interface Shown {
  code: string;
  deep_link_url: string;
  qr_image_url: string;
}

async function makeCode(body: object): Promise<Shown> {
  const answer = await rig.graph('POST', `/v25.0/${rig.bank.phoneNumberId}/message_qrdls`, { body });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body as unknown as Shown;
}

test('whoever has a code sees its image and learns whom to write what, until it is removed', async () => {
  const made = await makeCode({ prefilled_message: 'Open an account', generate_qr_image: 'PNG' });
  const png = await fetch(made.qr_image_url);
  assert.equal(png.headers.get('content-type'), 'image/png');
  assert.equal(Buffer.from(await png.arrayBuffer()).toString('latin1', 1, 4), 'PNG');
  const svg = await fetch(made.qr_image_url.replace('.png', '.svg'));
  assert.equal(svg.headers.get('content-type'), 'image/svg+xml');
  assert.match(await svg.text(), /^<svg /);

  const scanned = await fetch(made.deep_link_url);
  const found = { wa_id: rig.bank.phoneNumber, prefilled_message: 'Open an account' };
  assert.deepEqual(await scanned.json(), found);

  await rig.graph('DELETE', `/${rig.bank.phoneNumberId}/message_qrdls/${made.code}`);
  for (const url of [made.qr_image_url, made.deep_link_url]) assert.equal((await fetch(url)).status, 404);
});

test('a code of a number that left leads nowhere', async () => {
  const inn = await rig.createBusiness('Inn');
  await rig.register(inn);
  const body = { prefilled_message: 'A bed' };
  const answer = await rig.graph('POST', `/${inn.phoneNumberId}/message_qrdls`, { body, token: inn.token });
  const { deep_link_url: link } = answer.body as unknown as Shown;
  assert.equal((await fetch(link)).status, 200);
  await rig.graph('POST', `/${inn.phoneNumberId}/deregister`, { token: inn.token });
  assert.equal((await fetch(link)).status, 404);
});

test('a number has so many codes and not one more, also when they are asked for at once', async () => {
  await rig.db.query(
    `INSERT INTO qr_codes (phone_number_id, code, prefilled_message)
     SELECT $1, 'CODE' || i, 'Hello' FROM generate_series(1, $2::int) i`,
    [rig.bank.phoneNumberId, limits.maxQrCodesPerNumber - 1],
  );
  const path = `/${rig.bank.phoneNumberId}/message_qrdls`;
  const body = { prefilled_message: 'The last one' };
  const answers = await Promise.all([1, 2, 3].map(() => rig.graph('POST', path, { body })));
  const refused = answers.filter(({ status }) => status !== 200);
  assert.equal(refused.length, 2);
  for (const answer of refused) assertError(answer, 400, 100);
});

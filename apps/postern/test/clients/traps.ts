import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { ClientsRig } from './clients-rig.ts';
import { callGraph } from './graph-call.ts';
import { mediaFiles } from './media-files.ts';

const json = { 'content-type': 'application/json' };
const success = { status: 200, body: { success: true } };

/** What well-known clients and applications send that is easily overlooked. */
export function testTraps(getClients: () => ClientsRig): void {
  describe('what clients are known to send', () => {
    testOddMessages(getClients);
    testOddUploads(getClients);
    testOddReads(getClients);
  });
}

function testOddMessages(getClients: () => ClientsRig): void {
  let tess = '';
  before(async () => {
    tess = await getClients().newPerson('Tess');
  });
  const send = (message: object, path = `/v23.0/${getClients().ready.phoneNumberId}/messages`) =>
    callGraph(getClients().ready, path, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ messaging_product: 'whatsapp', ...message }),
    });

  it('a message without recipient_type and without type is a text to a person', async () => {
    const { status, body } = await send({ to: tess, text: { body: 'Plain' } });
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal((await getClients().untilShown(tess, body.messages[0].id)).text?.body, 'Plain');
  });

  it('a number may have a plus, spaces and dashes, and may be a JSON number; it is told back as it was written', async () => {
    const spaced = `+${tess.slice(0, 1)} (${tess.slice(1, 4)}) ${tess.slice(4, 7)}-${tess.slice(7)}`;
    for (const to of [tess, `+${tess}`, spaced, Number(tess)]) {
      const { status, body } = await send({ to, type: 'text', text: { body: 'Hello' } });
      assert.equal(status, 200, JSON.stringify(body));
      assert.deepEqual(body.contacts, [{ input: String(to), wa_id: tess }]);
    }
  });

  it('what is null is as if it were not there', async () => {
    const nothing = { context: null, biz_opaque_callback_data: null, recipient_type: null, recipient: null };
    const { status, body } = await send({
      to: tess,
      type: 'text',
      text: { body: 'Null', preview_url: null },
      ...nothing,
    });
    assert.equal(status, 200, JSON.stringify(body));
    const shown = await getClients().untilShown(tess, body.messages[0].id);
    assert.deepEqual([shown.text?.body, shown.context], ['Null', undefined]);
  });

  it('a path may leave its version out, or have any, and may have more slashes than it needs', async () => {
    const { phoneNumberId } = getClients().ready;
    for (const path of [
      `/${phoneNumberId}/messages`,
      `/v2.0/${phoneNumberId}/messages`,
      `/v99.0/${phoneNumberId}/messages/`,
      `//v23.0//${phoneNumberId}/messages`,
    ])
      assert.equal((await send({ to: tess, text: { body: path } }, path)).status, 200, path);
  });

  it('an error has numbers for codes or none at all, for clients that read a subcode as a number', async () => {
    const { ready } = getClients();
    const answers = [
      await send({ to: tess, type: 'text' }),
      await send({ to: '1', text: { body: 'Hello' } }),
      await callGraph(ready, '/v23.0/1'),
      await callGraph(ready, `/v23.0/${ready.phoneNumberId}`, { token: 'nonsense' }),
      await callGraph(ready, `/v23.0/${ready.phoneNumberId}`, { token: null }),
      await callGraph(ready, `/v23.0/${ready.phoneNumberId}/nothing`),
      await callGraph(ready, `/v23.0/${ready.phoneNumberId}/messages`, { method: 'POST', headers: json, body: '{' }),
    ];
    for (const { status, body } of answers) {
      const { error } = body;
      assert.ok(status >= 400, JSON.stringify(body));
      assert.ok(Number.isInteger(error.code), JSON.stringify(body));
      assert.ok(!('error_subcode' in error) || Number.isInteger(error.error_subcode), JSON.stringify(body));
      assert.ok([error.message, error.type, error.fbtrace_id].every((text) => typeof text === 'string'));
    }
  });
}

function testOddUploads(getClients: () => ClientsRig): void {
  const { type, bytes } = mediaFiles.png;
  /** Uploads a form of these parts, each a list of header lines and a body. */
  const upload = (parts: readonly (readonly [headers: string, body: string | Buffer])[], query = '') => {
    const chunks = parts.flatMap(([headers, body]) => ['--odd\r\n', headers, '\r\n\r\n', body, '\r\n']);
    const body = Buffer.concat([...chunks, '--odd--\r\n'].map((chunk) => Buffer.from(chunk)));
    const { ready } = getClients();
    return callGraph(ready, `/v23.0/${ready.phoneNumberId}/media${query}`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=odd' },
      body,
    });
  };
  const field = (name: string, value: string) => [`Content-Disposition: form-data; name="${name}"`, value] as const;
  const file = (names: string) =>
    [`Content-Disposition: form-data; name="file"; ${names}\r\nContent-Type: ${type}`, bytes] as const;

  it('a file may be uploaded with the product in the query and without saying its type again', async () => {
    const { status, body } = await upload([file('filename="dot.png"')], '?messaging_product=whatsapp');
    assert.equal(status, 200, JSON.stringify(body));
    const medium = await callGraph(getClients().ready, `/v23.0/${body.id}`);
    assert.partialDeepStrictEqual(medium.body, { mime_type: type, file_size: bytes.length });
  });

  it('the parts of an upload may come in any order', async () => {
    const product = field('messaging_product', 'whatsapp');
    const kind = field('type', type);
    for (const parts of [
      [file('filename="dot.png"'), product, kind],
      [kind, file('filename="dot.png"'), product],
    ]) {
      const { status, body } = await upload(parts);
      assert.equal(status, 200, JSON.stringify(body));
    }
  });

  it('a file may have any name: none of a file at all, that of a blob, letters of other scripts, a path', async () => {
    for (const names of [
      'filename="blob"',
      'filename=""',
      'filename="Grüße 🎉.png"',
      `filename="dot.png"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.png`,
      'filename="../../etc/passwd"',
      String.raw`filename="C:\\dots\\a \"dot\".png"`,
      'filename=dot.png',
    ]) {
      const { status, body } = await upload([field('messaging_product', 'whatsapp'), file(names)]);
      assert.equal(status, 200, `${names}: ${JSON.stringify(body)}`);
    }
  });

  it('a medium can be looked up and removed without the id of its number', async () => {
    const { ready } = getClients();
    const { body } = await upload([field('messaging_product', 'whatsapp'), file('filename="dot.png"')]);
    assert.equal((await callGraph(ready, `/v23.0/${body.id}`)).body.id, body.id);
    assert.deepEqual(await callGraph(ready, `/v23.0/${body.id}`, { method: 'DELETE' }), success);
  });
}

function testOddReads(getClients: () => ClientsRig): void {
  it('templates are read page by page with the token in the query alone, as paging.next says', async () => {
    const { ready, kapso } = getClients();
    const { businessAccountId, accessToken } = ready;
    const definition = {
      category: 'UTILITY',
      language: 'en_US',
      components: [{ type: 'BODY', text: 'Hello' }],
    } as const;
    for (const name of ['page_one', 'page_two'])
      await kapso.templates.create({ businessAccountId, name, ...definition } as never);
    const names: string[] = [];
    let next: string | undefined = `/v23.0/${businessAccountId}/message_templates?access_token=${accessToken}&limit=1`;
    while (next !== undefined && names.length < 100) {
      const { status, body }: Awaited<ReturnType<typeof callGraph>> = await callGraph(ready, next, { token: null });
      assert.equal(status, 200, JSON.stringify(body));
      assert.ok(body.data.length <= 1 && 'paging' in body);
      names.push(...body.data.map(({ name }: { name: string }) => name));
      ({ next } = body.paging);
    }
    assert.equal(new Set(names).size, names.length);
    for (const name of ['hello_world', 'page_one', 'page_two']) assert.ok(names.includes(name), name);
  });

  it('a request without content may say of what type its content is', async () => {
    const { ready } = getClients();
    for (const type of ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']) {
      const { status, body } = await callGraph(ready, `/v23.0/${ready.phoneNumberId}`, {
        headers: { 'content-type': type },
      });
      assert.equal(status, 200, `${type}: ${JSON.stringify(body)}`);
    }
  });

  it('a look at the root of a version says that the server is there, and is no error of OAuth', async () => {
    for (const path of ['/v25.0', '/v25.0/', '/']) {
      const { body } = await callGraph(getClients().ready, path, { token: null });
      assert.notEqual(body.error?.type, 'OAuthException', path);
    }
  });
}

import assert from 'node:assert/strict';
import { until, type Program } from './program.ts';

/** A text file that is sent. */
export interface SentFile {
  readonly filename: string;
  readonly content: string;
}

/** Uploads a file as the business and sends it; resolves when the person has opened it. */
export async function sendFileToPerson(
  program: Program,
  person: string,
  { filename, content }: SentFile,
): Promise<void> {
  const { cloudApi, accessToken, phoneNumberId, sandbox, sandboxToken } = program.ready;
  const form = new FormData();
  form.set('messaging_product', 'whatsapp');
  form.set('type', 'text/plain');
  form.set('file', new File([content], filename, { type: 'text/plain' }));
  const uploaded = await fetch(`${cloudApi}/v25.0/${phoneNumberId}/media`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}` },
    body: form,
  });
  const { id } = (await uploaded.json()) as { id: string };
  assert.equal(uploaded.status, 200);
  const message = { messaging_product: 'whatsapp', to: person, type: 'document', document: { id, filename } };
  assert.equal((await program.post(`${phoneNumberId}/messages`, message)).status, 200);
  let mediaId: string | undefined;
  await until('the file is shown', async () => {
    const items = (await program.inbox(person)) as { document?: { id: string; filename?: string } }[];
    mediaId = items.find((item) => item.document?.filename === filename)?.document?.id;
    return mediaId !== undefined;
  });
  const opened = await fetch(`${sandbox}/people/${person}/media/${mediaId}`, {
    headers: { authorization: `Bearer ${sandboxToken}` },
  });
  assert.equal(await opened.text(), content);
}

/** Sends a file as a person; resolves when the business has fetched it. */
export async function sendFileToBusiness(
  program: Program,
  person: string,
  { filename, content }: SentFile,
): Promise<void> {
  const { cloudApi, accessToken, sandbox, sandboxToken, displayPhoneNumber } = program.ready;
  const added = await fetch(`${sandbox}/people/${person}/media?filename=${encodeURIComponent(filename)}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sandboxToken}`, 'content-type': 'text/plain' },
    body: content,
  });
  const { id } = (await added.json()) as { id: string };
  const to = displayPhoneNumber.replace(/\D/g, '');
  await program.sandbox('POST', `/people/${person}/messages`, { to, type: 'document', document: { id, filename } });
  let mediaId: string | undefined;
  await until('the business hears of the file', async () => {
    mediaId = findMediaId(await program.sandbox('GET', '/webhooks'), filename);
    return mediaId !== undefined;
  });
  const headers = { authorization: `Bearer ${accessToken}` };
  const described = await fetch(`${cloudApi}/v25.0/${mediaId}`, { headers });
  const { url } = (await described.json()) as { url: string };
  assert.equal(await (await fetch(url, { headers })).text(), content);
}

/** The id of the document with this name, wherever in the webhooks it stands. */
function findMediaId(webhooks: unknown, filename: string): string | undefined {
  let found: string | undefined;
  JSON.stringify(webhooks, (_key, value: unknown) => {
    const document = value as { id?: string; filename?: string } | null;
    if (document?.filename === filename) found = document.id;
    return value;
  });
  return found;
}

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { Rig, temporaryFolder, until } from './rig.ts';

const size = 100 * 1024 * 1024;
// Of what streaming leaves to the garbage collector, and what was not loaded before. Whoever held a file whole would grow by
// all of it beside that.
const mayGrowBytes = size;

/** Random where it begins, so that two are never the same; a PDF by its first bytes. */
function largeFile(): Buffer {
  const bytes = Buffer.alloc(size, 7);
  randomBytes(1024).copy(bytes, 16);
  bytes.write('%PDF-1.7\n');
  return bytes;
}

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');

/** The most memory that each system of the program has had so far, in bytes. */
function peaks(program: number): Map<string, number> {
  const found = new Map<string, number>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      if (parent === String(program) && peak) found.set(commandOf(pid), Number(peak) * 1024);
    } catch (error) {
      // It has ended meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' && (error as NodeJS.ErrnoException).code !== 'ESRCH')
        throw error;
    }
  }
  return found;
}

function commandOf(pid: string): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
}

async function hashOfBody(response: Response): Promise<string> {
  assert.equal(response.status, 200);
  const hash = createHash('sha256');
  for await (const piece of response.body!) hash.update(piece as Uint8Array);
  return hash.digest('base64');
}

describe('a document of 100 MiB', () => {
  const folder = temporaryFolder();
  let rig: Rig;
  let ana = '';
  let before100: Map<string, number>;

  before(async () => {
    rig = await Rig.start(folder.dir);
    ana = rig.ready.people[0]!.waId;
    await rig.untilInbound(await rig.say(ana, 'Send me all of it'));
    before100 = peaks(rig.pid);
  });
  after(async () => {
    await rig?.stop();
    folder.remove();
  });

  it('goes from the business to a person', async () => {
    const bytes = largeFile();
    const form = new FormData();
    form.set('messaging_product', 'whatsapp');
    form.set('type', 'application/pdf');
    form.set('file', new Blob([new Uint8Array(bytes)], { type: 'application/pdf' }), 'all.pdf');
    const { cloudApi, accessToken, phoneNumberId, sandbox, sandboxToken } = rig.ready;
    const url = `${cloudApi}/v23.0/${phoneNumberId}/media`;
    const headers = { authorization: `Bearer ${accessToken}` };
    const uploaded = (await (await fetch(url, { method: 'POST', headers, body: form })).json()) as { id: string };
    const message = { type: 'document', document: { id: uploaded.id, filename: 'all.pdf' } };
    const sent = await rig.cloudApi('POST', `${phoneNumberId}/messages`, {
      messaging_product: 'whatsapp',
      to: ana,
      ...message,
    });
    assert.equal(sent.status, 200, JSON.stringify(sent.body));
    const shown = await rig.untilOnPhone(ana, sent.body.messages[0].id, 'received');
    const { document } = shown as unknown as { document: { id: string; sha256: string } };
    assert.equal(document.sha256, hashOf(bytes));
    const looked = await fetch(`${sandbox}/people/${ana}/media/${document.id}`, {
      headers: { authorization: `Bearer ${sandboxToken}` },
    });
    assert.equal(await hashOfBody(looked), hashOf(bytes));
  });

  it('goes from a person to the business', async () => {
    const bytes = largeFile();
    const { sandbox, sandboxToken, accessToken, displayPhoneNumber } = rig.ready;
    const put = await fetch(`${sandbox}/people/${ana}/media?filename=all.pdf`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandboxToken}`, 'content-type': 'application/pdf' },
      body: new Uint8Array(bytes),
    });
    const { id } = (await put.json()) as { id: string };
    const message = { to: displayPhoneNumber, type: 'document', document: { id } };
    const said = await rig.sandbox('POST', `/people/${ana}/messages`, message);
    const heard = await rig.untilInbound(said.body.messages[0].id);
    const { document } = heard as unknown as { document: { id: string; sha256: string; filename: string } };
    assert.deepEqual([document.filename, document.sha256], ['all.pdf', hashOf(bytes)]);
    const { body } = await rig.cloudApi('GET', document.id);
    const fetched = await fetch(body.url, { headers: { authorization: `Bearer ${accessToken}` } });
    assert.equal(await hashOfBody(fetched), hashOf(bytes));
  });

  it('was never whole in the memory of a system', async () => {
    const now = await until('the peaks are read', () => peaks(rig.pid));
    const grown = [...now].map(([name, peak]) => [name, peak - (before100.get(name) ?? peak)] as const);
    assert.ok(grown.length >= 5, `only ${grown.length} systems were seen`);
    for (const [name, bytes] of grown) assert.ok(bytes < mayGrowBytes, `${name} grew by ${bytes} bytes`);
  });
});

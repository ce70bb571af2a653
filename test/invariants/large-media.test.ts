import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Program, until } from './program.ts';

const megabyte = 1024 * 1024;
const documentBytes = 100 * megabyte;
/** Sent before, so that what every process takes for its first document does not count. */
const firstBytes = 8 * megabyte;
/** How much more memory a process may take than it had: what garbage it has not collected yet, but not the document. */
const maxGrowthBytes = 64 * megabyte;

const systems = ['serve cloud-api ', 'serve cloud-api-worker', 'serve transport', 'serve sandbox'];

let program: Program;
before(async () => {
  program = await Program.start();
});
after(() => program.remove());

test('a document of 100 MB goes from a business to a person, and memory stays flat everywhere', async () => {
  await sendToPerson(firstBytes);
  const memory = new PeakMemory(program);
  await sendToPerson(documentBytes);
  memory.check();
});

test('a document of 100 MB goes from a person to a business, and memory stays flat everywhere', async () => {
  await sendToBusiness(firstBytes);
  const memory = new PeakMemory(program);
  await sendToBusiness(documentBytes);
  memory.check();
});

async function sendToPerson(bytes: number): Promise<void> {
  const person = program.ready.people[0]?.waId ?? '';
  const { id, sha256 } = await uploadAsBusiness(bytes);
  const document = { id, caption: sha256 };
  const message = { messaging_product: 'whatsapp', to: person, type: 'document', document };
  assert.equal((await program.post(`${program.ready.phoneNumberId}/messages`, message)).status, 200);
  let mediaId: string | undefined;
  await until('the document is shown', async () => {
    const items = (await program.inbox(person)) as { document?: { id: string; caption: string } }[];
    mediaId = items.find((item) => item.document?.caption === sha256)?.document?.id;
    return mediaId !== undefined;
  });
  const opened = await fetch(`${program.ready.sandbox}/people/${person}/media/${mediaId}`, { headers: asSandbox() });
  assert.deepEqual(await digest(opened), { bytes, sha256 });
}

async function sendToBusiness(bytes: number): Promise<void> {
  const person = program.ready.people[1]?.waId ?? '';
  const { stream, sha256 } = newDocument(bytes);
  const added = await fetch(`${program.ready.sandbox}/people/${person}/media`, {
    method: 'POST',
    headers: { ...asSandbox(), 'content-type': 'application/pdf' },
    ...streamed(stream()),
  });
  const { id } = (await added.json()) as { id: string };
  assert.equal(added.status, 200, id);
  const document = { id, caption: sha256() };
  const to = program.ready.displayPhoneNumber.replace(/\D/g, '');
  await program.sandbox('POST', `/people/${person}/messages`, { to, type: 'document', document });
  let mediaId: string | undefined;
  await until('the business hears of it', async () => {
    mediaId = findDocument(await program.sandbox('GET', '/webhooks'), document.caption);
    return mediaId !== undefined;
  });
  const described = await fetch(`${program.ready.cloudApi}/v25.0/${mediaId}`, { headers: asBusiness() });
  const { url, file_size: size } = (await described.json()) as { url: string; file_size: unknown };
  assert.equal(Number(size), bytes);
  assert.deepEqual(await digest(await fetch(url, { headers: asBusiness() })), { bytes, sha256: document.caption });
}

/** The media id of the document with this caption, wherever in the webhooks it stands. */
function findDocument(webhooks: unknown, caption: string): string | undefined {
  let found: string | undefined;
  JSON.stringify(webhooks, (_key, value: unknown) => {
    const document = value as { id?: string; caption?: string } | null;
    if (document?.caption === caption) found = document.id;
    return value;
  });
  return found;
}

function asSandbox(): Record<string, string> {
  return { authorization: `Bearer ${program.ready.sandboxToken}` };
}

function asBusiness(): Record<string, string> {
  return { authorization: `Bearer ${program.ready.accessToken}` };
}

/** A body that is sent as it is made. */
function streamed(body: AsyncIterable<Uint8Array>): RequestInit {
  return { body, duplex: 'half' } as unknown as RequestInit;
}

/** Something that begins as a PDF and does not repeat itself. */
function newDocument(size: number): { stream: () => AsyncGenerator<Uint8Array>; sha256: () => string } {
  const hash = createHash('sha256');
  const mark = randomBytes(32);
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < size; at += megabyte) {
      const piece = Buffer.alloc(megabyte, createHash('sha256').update(mark).update(String(at)).digest());
      if (at === 0) piece.write('%PDF-1.7\n');
      hash.update(piece);
      yield piece;
    }
  }
  return { stream, sha256: () => hash.digest('hex') };
}

async function uploadAsBusiness(size: number): Promise<{ id: string; sha256: string }> {
  const { stream, sha256 } = newDocument(size);
  const boundary = 'the-end-of-a-part';
  async function* form(): AsyncGenerator<Uint8Array> {
    const field = (name: string, value: string) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const file = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="all.pdf"\r\ncontent-type: application/pdf\r\n\r\n`;
    yield Buffer.from(field('messaging_product', 'whatsapp') + field('type', 'application/pdf') + file);
    yield* stream();
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  }
  const response = await fetch(`${program.ready.cloudApi}/v25.0/${program.ready.phoneNumberId}/media`, {
    method: 'POST',
    headers: { ...asBusiness(), 'content-type': `multipart/form-data; boundary=${boundary}` },
    ...streamed(form()),
  });
  const answer = (await response.json()) as { id: string };
  assert.equal(response.status, 200, JSON.stringify(answer));
  return { id: answer.id, sha256: sha256() };
}

async function digest(response: Response): Promise<{ bytes: number; sha256: string }> {
  assert.equal(response.status, 200);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of response.body as AsyncIterable<Uint8Array>) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** How much memory each system of a program took at most since this was made. */
class PeakMemory {
  readonly #before: ReadonlyMap<string, number>;
  readonly #program: Program;

  constructor(of: Program) {
    this.#program = of;
    for (const system of systems) writeFileSync(`/proc/${pidOf(of, system)}/clear_refs`, resetPeak);
    this.#before = new Map(systems.map((system) => [system, peakOf(of, system)]));
  }

  check(): void {
    for (const [system, bytes] of this.#before) {
      const grown = peakOf(this.#program, system) - bytes;
      assert.ok(grown < maxGrowthBytes, `${system} took ${Math.round(grown / megabyte)} MB more`);
    }
  }
}

/** Has the kernel measure the peak from now on (proc(5), clear_refs). */
const resetPeak = '5';

function pidOf(of: Program, system: string): number {
  const [pid] = of.pidsOf(system);
  assert.ok(pid, `${system} runs`);
  return pid;
}

function peakOf(of: Program, system: string): number {
  const status = readFileSync(`/proc/${pidOf(of, system)}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) * 1024;
}

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRealTransport } from '../../../test/rigs/real-transport.ts';
import type { Phone } from '../src/index.ts';

export { numberOf, untilShown } from '../../../test/rigs/real-transport.ts';

/** Phones on a real transport, each with a folder of its own. */
export async function startRig() {
  const transport = await startRealTransport();
  const dir = mkdtempSync(join(tmpdir(), 'postern-client-'));
  const phones = new Set<Phone>();
  return {
    db: transport.db,
    clock: transport.clock,
    /** The paths of the blobs that the transport has. */
    blobs: () =>
      readdirSync(transport.blobsFolder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name)),
    dir,
    async open(name: string, digits: string) {
      const phone = await transport.openPhone(dir, name, digits);
      phones.add(phone);
      return phone;
    },
    /** Switches a phone off and forgets it. */
    async close(phone: Phone) {
      phones.delete(phone);
      await phone.close();
    },
    async stop() {
      await Promise.all([...phones].map((phone) => phone.close()));
      await transport.stop();
      rmSync(dir, { recursive: true });
    },
  };
}

/** What a phone shows, in short: one text per message. */
export function texts(phone: Phone): string[] {
  return phone.inbox().map(({ direction, text, state }) => `${direction} ${text?.body} ${state}`);
}

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { limits } from '@postern/protocol';
import { newEnvelope, TestClient } from './test-client.ts';
import { startTestTransport, until, type TestTransport } from './test-transport.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

let transport: TestTransport;
before(async () => {
  transport = await startTestTransport();
});
after(() => transport.stop());

test(
  'a reader that does not read costs bounded memory, and gets everything when it reads again',
  { timeout: 20_000 },
  async () => {
    const [sender, reader] = [await TestClient.open(transport.url), await TestClient.open(transport.url)];
    const from = await transport.register();
    const to = await transport.register();
    const { attachment } = await sender.attach(from);
    const { attachment: reading } = await reader.attach(to, limits.maxWindow);
    await reader.pushed('drained');
    reader.socket.pause();
    const bytes = 90_000;
    const total = 600;
    for (let sent = 0; sent < total; sent += 30) {
      const batch = Array.from({ length: 30 }, () => newEnvelope(to.address, { bytes }));
      await sender.sendBatch(attachment, batch);
    }
    // Freed buffers are given back a little after the collection.
    await until(() => {
      collectGarbage();
      return process.memoryUsage().arrayBuffers < (total * bytes) / 2;
    });
    reader.socket.resume();
    const deliveries = await reader.deliveries(total);
    assert.equal(new Set(deliveries.map(({ position }) => position)).size, total);
    reader.acknowledge(reading, deliveries);
    await sender.deliveries(limits.defaultWindow);
    await Promise.all([sender.close(), reader.close()]);
  },
);

import { MovableClock } from '@postern/protocol';
import { createLogger } from '@postern/service';
import { startCloudApiWorker } from '../../src/cloud-api-worker.ts';
import type { CloudApiConfig } from '../../src/config.ts';

// The working half of the Cloud API as a process of its own, for tests that kill it. Arguments: its settings as JSON, and by
// how many ms time has moved.
const [settings = '{}', offsetMs = '0'] = process.argv.slice(2);
await startCloudApiWorker({
  config: JSON.parse(settings) as CloudApiConfig,
  clock: new MovableClock(Number(offsetMs)),
  logger: createLogger({ system: 'test', level: 'silent' }),
});

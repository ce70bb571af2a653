// A transport in a process of its own, to be killed: its settings as JSON in the first argument.
import { systemClock } from '@postern/protocol';
import { createLogger } from '@postern/service';
import { startTransport, type TransportConfig } from '../../src/index.ts';

const config = JSON.parse(process.argv[2] ?? '') as TransportConfig;
const logger = createLogger({ system: 'transport', level: 'silent' });
const { url } = await startTransport({ config, clock: systemClock, logger });
process.stdout.write(`${url}\n`);

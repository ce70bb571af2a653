// Starts a server for the data folder in argv[2], prints where it is, and stops it when its input closes. When told `exit`, it exits at once.
import { text } from 'node:stream/consumers';
import { startEmbeddedServer } from '../../src/index.ts';

const [dataDir = '', sharedDir = ''] = process.argv.slice(2);
const logger = { info() {}, warn() {}, error() {} };
const server = await startEmbeddedServer({ dataDir, sharedDir, logger });
process.stdout.write(
  `${JSON.stringify({ pid: server.pid, socketDir: server.socketDir, url: server.superuserUrl() })}\n`,
);
if ((await text(process.stdin)) === 'exit') process.exit(0);
await server.stop();

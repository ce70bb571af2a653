import type { FastifyInstance } from 'fastify';
import { limits, type Clock } from '@postern/protocol';
import { listFigures, openDatabase, type Database } from '@postern/postgres';
import {
  addMetrics,
  checkTokensDiffer,
  ConfigError,
  createInternalHttp,
  listen,
  Secret,
  type Logger,
  type Running,
} from '@postern/service';
import { Accounts } from './accounts/accounts.ts';
import { Usernames } from './accounts/usernames.ts';
import { PhoneNumberCache } from './accounts/phone-number-cache.ts';
import { BlobFolder, type BlobFolderError } from './blobs/blob-folder.ts';
import { Blobs } from './blobs/blobs.ts';
import type { TransportConfig } from './config.ts';
import { Expiry } from './expiry.ts';
import { gauges } from './gauges.ts';
import { closeAccount } from './http/close-account.ts';
import { createAccount } from './http/create-account.ts';
import { createRegistration } from './http/create-registration.ts';
import { getBlob } from './http/get-blob.ts';
import { inspect } from './http/inspect.ts';
import { putBlob } from './http/put-blob.ts';
import { deleteUsername, getUsername, putUsername } from './http/username.ts';
import { verifyCode } from './http/verify-code.ts';
import { KeyDirectory } from './keys/key-directory.ts';
import { AttachedMailboxes } from './mailbox/attached-mailboxes.ts';
import { MailboxPages } from './mailbox/mailbox-pages.ts';
import { MailboxSizes } from './mailbox/mailbox-sizes.ts';
import { takeOverWriting } from './mailbox/mailbox-store.ts';
import { WriteQueue } from './mailbox/write-queue.ts';
import { Registrations } from './registration/registrations.ts';
import { SocketServer } from './socket/socket-server.ts';
import { createHttpVerifier } from './verifier.ts';

export interface TransportOptions {
  config: TransportConfig;
  clock: Clock;
  logger: Logger;
}

interface Databases {
  /** Everything that does not write mailboxes. */
  readonly shared: Database;
  /** One connection for the one writer, so that it never waits for others. */
  readonly writer: Database;
}

interface Nouns {
  accounts: Accounts;
  usernames: Usernames;
  keys: KeyDirectory;
  writes: WriteQueue;
  mailboxes: AttachedMailboxes;
  registrations: Registrations;
  pages: MailboxPages;
  blobs: Blobs;
  expiry: Expiry;
}

/**
 * Starts the transport on its migrated database. It takes over from another process on the same database: that one
 * can write no more, and stops.
 * @throws ConfigError when two of the tokens are the same
 */
export async function startTransport(options: TransportOptions): Promise<Running & { url: string }> {
  const { config } = options;
  const { verifierToken, inspectToken, operatorToken } = config;
  checkTokensDiffer({ verifierToken, inspectToken, operatorToken });
  const databases = openDatabases(options);
  let stop = () => closeDatabases(databases);
  try {
    const generation = await takeOverWriting(databases.writer);
    const folder = await prepareBlobFolder(config);
    const nouns = createNouns(options, { databases, generation, folder, onFenced: () => void stop() });
    const http = createHttp(options, nouns, databases.shared);
    const sockets = new SocketServer(http.server, { operations: toOperations(options, nouns), ...config });
    stop = once(() => stopAll({ http, sockets, nouns, databases }));
    const url = await listen(http, config);
    nouns.expiry.start();
    return { url, announce: { url }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function prepareBlobFolder({ blobsFolder, minFreeBlobDiskBytes }: TransportConfig): Promise<BlobFolder> {
  const folder = new BlobFolder(blobsFolder, minFreeBlobDiskBytes);
  await folder.prepare().catch(({ cause }: BlobFolderError) => {
    const reason = cause instanceof Error ? cause.message : 'it cannot be used';
    throw new ConfigError(
      `The folder blobsFolder ${blobsFolder} cannot be used: ${reason}. Name one that can be written.`,
    );
  });
  return folder;
}

function openDatabases({ config, logger }: TransportOptions): Databases {
  const url = withKeyedPlans(config.databaseUrl);
  return {
    shared: openDatabase({ url, applicationName: 'postern-transport', logger }),
    writer: openDatabase({ url, applicationName: 'postern-transport-writer', maxConnections: 1, logger }),
  };
}

const keyedPlans = '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off';

/**
 * Every hot statement looks rows up by key. A plan that was prepared while a table was empty would rather scan it,
 * and would go on scanning when it is full: so scanning is made dear on our connections.
 */
function withKeyedPlans(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const given = url.searchParams.get('options') ?? '';
  url.searchParams.set('options', `${given} ${keyedPlans}`.trim());
  return url.href;
}

interface NounParts {
  readonly databases: Databases;
  readonly generation: number;
  readonly folder: BlobFolder;
  readonly onFenced: () => void;
}

function createNouns(
  { config, clock, logger }: TransportOptions,
  { databases, generation, folder, onFenced }: NounParts,
): Nouns {
  const db = databases.shared;
  const { maxMailboxEnvelopes, verifierUrl, verifierToken } = config;
  const mailboxes = new AttachedMailboxes();
  const sizes = new MailboxSizes(limits.maxCachedMailboxes);
  const writes = new WriteQueue({
    db: databases.writer,
    generation,
    sizes,
    maxMailboxEnvelopes,
    clock,
    logger,
    onAcknowledged: (acknowledged) => mailboxes.free(acknowledged),
    onStored: (items) => mailboxes.offer(items),
    onDoubt: () => mailboxes.allFallBehind(),
    onFenced() {
      logger.error('another transport process has taken over this database; this one stops');
      onFenced();
    },
  });
  const accounts = new Accounts({ db, clock, writes, mailboxes, sizes });
  const blobs = new Blobs({ db, clock, folder, generation });
  const token = new Secret(verifierToken);
  const verifier = verifierUrl === undefined ? null : createHttpVerifier({ url: verifierUrl, token });
  const numbers = new PhoneNumberCache(db, limits.maxCachedPhoneNumbers);
  return {
    accounts,
    usernames: new Usernames({ db, clock, mailboxes }),
    keys: new KeyDirectory(db, clock),
    writes,
    mailboxes,
    registrations: new Registrations({ db, clock, accounts, verifier }),
    pages: new MailboxPages(db, { numbers, clock }),
    blobs,
    expiry: new Expiry({ db, clock, logger, writes, mailboxes, sizes, blobs, intervalMs: config.sweepIntervalMs }),
  };
}

function toOperations({ logger }: TransportOptions, { accounts, usernames, keys, writes, mailboxes, pages }: Nouns) {
  return { accounts, usernames, keys, writes, mailboxes, logger, readPage: pages.list.bind(pages) };
}

function createHttp({ config, logger }: TransportOptions, nouns: Nouns, db: Database): FastifyInstance {
  const http = createInternalHttp(logger);
  const readFigures = () => listFigures(db, limits.maxFigures);
  addMetrics(http, { system: 'transport', token: config.operatorToken, logger, gauges, readFigures });
  createRegistration(http, nouns.registrations);
  verifyCode(http, nouns.registrations);
  createAccount(http, nouns.registrations);
  closeAccount(http, nouns.accounts);
  const { accounts, usernames, blobs } = nouns;
  for (const add of [getUsername, putUsername, deleteUsername]) add(http, { accounts, usernames });
  const routes = { accounts, blobs, logger, silenceMs: config.blobSilenceMs };
  putBlob(http, routes);
  getBlob(http, routes);
  if (config.inspectToken !== undefined) inspect(http, { db, token: config.inspectToken });
  return http;
}

interface Parts {
  http: FastifyInstance;
  sockets: SocketServer;
  nouns: Nouns;
  databases: Databases;
}

/** Takes no more, finishes what is under way, then lets go of the database. */
async function stopAll({ http, sockets, nouns, databases }: Parts): Promise<void> {
  await sockets.stop();
  await http.close();
  await nouns.blobs.stop();
  await nouns.expiry.stop();
  await nouns.writes.stop();
  await closeDatabases(databases);
}

async function closeDatabases({ shared, writer }: Databases): Promise<void> {
  await Promise.all([shared.close(), writer.close()]);
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => (done ??= work());
}

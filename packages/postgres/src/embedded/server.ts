import { mkdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseLogger } from '../database-logger.ts';
import { EmbeddedServerError } from '../errors.ts';
import { isRoot } from './account.ts';
import { findBinaries } from './binaries.ts';
import { chooseClusterHome, defaultSharedDir } from './cluster-home.ts';
import { ensureCluster, superuser, superuserPassword } from './cluster.ts';
import { hasEnded, startPostmaster, type Postmaster } from './postmaster.ts';
import { clearPostmaster, sendSignal, stopProcess } from './running-postmaster.ts';
import { writeSettings, type Durability } from './settings.ts';
import { removeAbandonedHomes } from './shared-homes.ts';
import { createSocketFolder, socketPort } from './socket-folder.ts';

export interface EmbeddedServerOptions {
  /** The folder of this server's cluster, password and log; made when missing. */
  dataDir: string;
  logger: DatabaseLogger;
  /** Where, as root, clusters and programs go that `nobody` cannot reach elsewhere. */
  sharedDir?: string;
  /** `none` only for tests. */
  durability?: Durability;
  /** Does not keep our program from ending by itself. */
  mayOutliveUs?: boolean;
}

/** A PostgreSQL server of our own, reached over a unix socket only. */
export interface EmbeddedServer {
  readonly pid: number;
  readonly socketDir: string;
  /** Resolves when the server has ended, by `stop` or by itself. */
  readonly exited: Promise<void>;
  urlFor(role: string, password: string, database: string): string;
  /** For the setup of systems; `postgres` unless a database is named. */
  superuserUrl(database?: string): string;
  /** Shuts down softly, then harder, each within a limit, and removes the socket folder. */
  stop(): Promise<void>;
}

/**
 * Starts the server of a data folder, which is made at the first start. As root it runs as an unprivileged user. A server
 * that a dead program left behind is stopped first. When our program exits without `stop`, the server is told to stop.
 * @throws DataFolderInUseError when another living program has it; EmbeddedServerError when it cannot start
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  if (process.platform === 'win32') throw new EmbeddedServerError('the embedded server needs Linux or macOS');
  const { logger, sharedDir = defaultSharedDir, durability = 'full' } = options;
  await mkdir(options.dataDir, { recursive: true, mode: isRoot() ? 0o711 : 0o700 });
  const dataDir = await realpath(options.dataDir);
  const home = await chooseClusterHome(dataDir, sharedDir);
  if (isRoot()) await removeAbandonedHomes(sharedDir, logger);
  const binaries = await findBinaries(home.account, isRoot() ? sharedDir : dataDir);
  await clearPostmaster(home.cluster);
  const password = await superuserPassword(dataDir);
  await ensureCluster(home, binaries, { dataDir, password, syncToDisk: durability === 'full' });
  await writeSettings(home, durability);
  const socketDir = await createSocketFolder(home.account);
  const urlFor = (role: string, secret: string, database: string) => socketUrl({ socketDir, role, secret, database });
  const launch = { home, postgres: binaries.postgres, socketDir, logFile: join(dataDir, 'server.log') };
  try {
    const postmaster = await startPostmaster({ ...launch, superuserUrl: urlFor(superuser, password, 'postgres') });
    if (options.mayOutliveUs === true) unref(postmaster);
    logger.info({ pid: postmaster.pid, dataDir }, 'the embedded PostgreSQL has started');
    return serverOf(postmaster, { socketDir, urlFor, password });
  } catch (error) {
    await rm(socketDir, { recursive: true, force: true });
    throw error;
  }
}

interface Access {
  socketDir: string;
  password: string;
  urlFor: EmbeddedServer['urlFor'];
}

function serverOf(postmaster: Postmaster, { socketDir, urlFor, password }: Access): EmbeddedServer {
  const tellToStop = () => sendSignal(postmaster.pid, 'SIGINT');
  process.once('exit', tellToStop);
  const exited = postmaster.exited.finally(() => process.off('exit', tellToStop));
  return {
    pid: postmaster.pid,
    socketDir,
    exited,
    urlFor,
    superuserUrl: (database = 'postgres') => urlFor(superuser, password, database),
    async stop() {
      if (!hasEnded(postmaster.process)) await stopProcess(postmaster.pid, () => hasEnded(postmaster.process));
      await exited;
      await rm(socketDir, { recursive: true, force: true });
    },
  };
}

function unref({ process: child }: Postmaster): void {
  child.unref();
  (child.stderr as { unref?: () => void } | null)?.unref?.();
}

function socketUrl(parts: { socketDir: string; role: string; secret: string; database: string }): string {
  const [role, secret, folder, database] = [parts.role, parts.secret, parts.socketDir, parts.database].map(
    encodeURIComponent,
  );
  return `postgres://${role}:${secret}@${folder}:${socketPort}/${database}`;
}

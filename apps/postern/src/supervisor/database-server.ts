import { mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureSystemDatabase, startEmbeddedServer, type EmbeddedServer } from '@postern/postgres';
import type { Clock } from '@postern/protocol';
import type { Logger } from '@postern/service';
import { RestartWaits } from './restart-waits.ts';

/** The longest path of a unix socket, in bytes, that both Linux (107) and macOS (103) take. */
const maxSocketPathBytes = 103;
const socketName = '.s.PGSQL.5432';

interface DatabaseServerOptions {
  /** The folder of the cluster. */
  readonly dataDir: string;
  /** A folder of our own for the link to the socket. */
  readonly linkDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onDeath: () => void;
}

/**
 * The embedded PostgreSQL, which is started again whenever it dies. Each server has a socket folder of its own; systems
 * are given a link to it that stays the same, so that they find the next server too.
 */
export class DatabaseServer {
  readonly #options: DatabaseServerOptions;
  readonly #waits: RestartWaits;
  readonly #link: { path: string; remove: () => void };
  #server: EmbeddedServer;
  #isStopping = false;

  private constructor(options: DatabaseServerOptions, server: EmbeddedServer) {
    this.#options = options;
    this.#server = server;
    this.#waits = new RestartWaits(options.clock);
    this.#link = chooseLink(options.linkDir);
    this.#watch();
  }

  /** @throws EmbeddedServerError */
  static async start(options: DatabaseServerOptions): Promise<DatabaseServer> {
    return new DatabaseServer(options, await startEmbeddedServer(options));
  }

  get pid(): number {
    return this.#server.pid;
  }

  /** Makes the database of a system and its role if they are missing. Returns the URL for that system. */
  async ensureDatabase(name: string, password: string): Promise<string> {
    const url = await ensureSystemDatabase(this.#server, { name, password });
    return url.replace(encodeURIComponent(this.#server.socketDir), encodeURIComponent(this.#link.path));
  }

  /** Kills the server the hard way; another one follows. */
  async kill(): Promise<void> {
    const { pid, exited } = this.#server;
    process.kill(pid, 'SIGKILL');
    await exited;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#server.stop();
    this.#link.remove();
  }

  /** Ends the server at once; the next start recovers. */
  abandon(): void {
    this.#isStopping = true;
    process.kill(this.#server.pid, 'SIGQUIT');
    this.#link.remove();
  }

  #watch(): void {
    const draft = `${this.#link.path}.new`;
    rmSync(draft, { force: true });
    symlinkSync(this.#server.socketDir, draft);
    renameSync(draft, this.#link.path);
    this.#waits.started();
    void this.#server.exited.then(() => this.#startAgain());
  }

  async #startAgain(): Promise<void> {
    if (this.#isStopping) return;
    const { logger, onDeath } = this.#options;
    logger.error('PostgreSQL has ended; it is started again');
    onDeath();
    while (!this.#isStopping) {
      await delay(this.#waits.died());
      const server = await this.#tryStart();
      if (!server) continue;
      this.#server = server;
      if (this.#isStopping) return server.stop();
      return this.#watch();
    }
  }

  async #tryStart(): Promise<EmbeddedServer | null> {
    try {
      // What is left of the server that died: its socket folder.
      await this.#server.stop();
      return await startEmbeddedServer(this.#options);
    } catch (error) {
      this.#options.logger.error({ err: error }, 'PostgreSQL did not start again');
      return null;
    }
  }
}

/** In the data folder, or in a temporary folder when the path would be too long for a socket. */
function chooseLink(linkDir: string): { path: string; remove: () => void } {
  const path = join(linkDir, 'pg');
  if (Buffer.byteLength(join(path, socketName)) <= maxSocketPathBytes)
    return { path, remove: () => rmSync(path, { force: true }) };
  const folder = mkdtempSync(join(tmpdir(), 'postern-'));
  return { path: join(folder, 'pg'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

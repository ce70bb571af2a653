import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { DatabaseLogger } from './database-logger.ts';
import { DatabaseClosedError, toDatabaseError } from './errors.ts';

const reconnectMinMs = 50;
const reconnectMaxMs = 5_000;

/** One listener on one channel. */
export interface Subscription {
  /** No call follows. */
  stop(): Promise<void>;
}

interface Listener {
  channel: string;
  onNotification: (payload: string) => void;
}

/** All LISTEN channels of one database over one connection, which is made again whenever it is lost. */
export class NotificationHub {
  readonly #connect: () => Promise<pg.Client>;
  readonly #logger: DatabaseLogger;
  readonly #listeners = new Set<Listener>();
  readonly #closed = new AbortController();
  #client: Promise<pg.Client> | null = null;

  constructor(connect: () => Promise<pg.Client>, logger: DatabaseLogger) {
    this.#connect = connect;
    this.#logger = logger;
  }

  /** @throws DatabaseUnavailableError when there is no connection yet and none can be made */
  async listen(channel: string, onNotification: (payload: string) => void): Promise<Subscription> {
    const listener = { channel, onNotification };
    this.#listeners.add(listener);
    try {
      await this.#hear(channel);
    } catch (error) {
      this.#listeners.delete(listener);
      throw error;
    }
    return { stop: () => this.#stop(listener) };
  }

  async close(): Promise<void> {
    this.#closed.abort();
    this.#listeners.clear();
    const client = await this.#client?.catch(() => null);
    await client?.end();
  }

  async #hear(channel: string): Promise<void> {
    const client = await this.#connected();
    try {
      await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      throw toDatabaseError(error, true);
    }
  }

  async #stop(listener: Listener): Promise<void> {
    this.#listeners.delete(listener);
    const isHeard = [...this.#listeners].some(({ channel }) => channel === listener.channel);
    if (isHeard || this.#client === null || this.#closed.signal.aborted) return;
    const client = await this.#client;
    // A lost connection hears nothing either, and the next one will not listen to this channel.
    await client.query(`UNLISTEN ${pg.escapeIdentifier(listener.channel)}`).catch(() => {});
  }

  async #connected(): Promise<pg.Client> {
    if (this.#closed.signal.aborted) throw new DatabaseClosedError();
    this.#client ??= this.#open().catch((error: unknown) => {
      this.#client = null;
      throw error;
    });
    return await this.#client;
  }

  /** A connection that listens to every channel there is. */
  async #open(): Promise<pg.Client> {
    const client = await this.#connect();
    client.on('notification', ({ channel, payload = '' }) => this.#notify((one) => one.channel === channel, payload));
    const channels = new Set([...this.#listeners].map(({ channel }) => channel));
    try {
      await Promise.all([...channels].map((channel) => client.query(`LISTEN ${pg.escapeIdentifier(channel)}`)));
    } catch (error) {
      await client.end();
      throw error;
    }
    client.once('end', () => this.#reconnect());
    return client;
  }

  #reconnect(): void {
    if (this.#closed.signal.aborted) return;
    this.#logger.warn({}, 'the notification connection was lost');
    this.#client = this.#openAgain();
    this.#client.catch(() => {});
  }

  /** Tries until it succeeds or the hub is closed, waiting twice as long each time. */
  async #openAgain(): Promise<pg.Client> {
    for (let waitMs = reconnectMinMs; ; waitMs = Math.min(waitMs * 2, reconnectMaxMs)) {
      try {
        const client = await this.#open();
        this.#notify(() => true, '');
        return client;
      } catch {
        await delay(waitMs, undefined, { signal: this.#closed.signal });
      }
      if (this.#closed.signal.aborted) throw new DatabaseClosedError();
    }
  }

  #notify(isMeant: (listener: Listener) => boolean, payload: string): void {
    for (const listener of [...this.#listeners].filter(isMeant)) {
      try {
        listener.onNotification(payload);
      } catch (error) {
        this.#logger.error({ channel: listener.channel, error }, 'a notification listener failed');
      }
    }
  }
}

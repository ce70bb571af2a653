import { randomUUID } from 'node:crypto';
import type { Lock, QueueEntry, StateAdapter } from 'chat';

/** What the Chat SDK remembers, in memory: a bot of one process, whose state nobody else sees and nothing outlives. */
export class ChatState implements StateAdapter {
  readonly #values = new Map<string, unknown>();
  readonly #lists = new Map<string, unknown[]>();
  readonly #subscribed = new Set<string>();
  readonly #locks = new Map<string, string>();

  async connect(): Promise<void> {}

  async disconnect(): Promise<void> {}

  async get<T>(key: string): Promise<T | null> {
    return (this.#values.get(key) as T | undefined) ?? null;
  }

  async set(key: string, value: unknown): Promise<void> {
    this.#values.set(key, value);
  }

  async setIfNotExists(key: string, value: unknown): Promise<boolean> {
    if (this.#values.has(key)) return false;
    this.#values.set(key, value);
    return true;
  }

  async delete(key: string): Promise<void> {
    this.#values.delete(key);
  }

  async appendToList(key: string, value: unknown, options?: { maxLength?: number }): Promise<void> {
    const list = [...(this.#lists.get(key) ?? []), value];
    this.#lists.set(key, list.slice(-(options?.maxLength ?? list.length)));
  }

  async getList<T>(key: string): Promise<T[]> {
    return (this.#lists.get(key) ?? []) as T[];
  }

  async subscribe(threadId: string): Promise<void> {
    this.#subscribed.add(threadId);
  }

  async unsubscribe(threadId: string): Promise<void> {
    this.#subscribed.delete(threadId);
  }

  async isSubscribed(threadId: string): Promise<boolean> {
    return this.#subscribed.has(threadId);
  }

  async acquireLock(threadId: string, ttlMs: number): Promise<Lock | null> {
    if (this.#locks.has(threadId)) return null;
    const token = randomUUID();
    this.#locks.set(threadId, token);
    return { threadId, token, expiresAt: Date.now() + ttlMs };
  }

  async extendLock({ threadId, token }: Lock): Promise<boolean> {
    return this.#locks.get(threadId) === token;
  }

  async releaseLock({ threadId, token }: Lock): Promise<void> {
    if (this.#locks.get(threadId) === token) this.#locks.delete(threadId);
  }

  async forceReleaseLock(threadId: string): Promise<void> {
    this.#locks.delete(threadId);
  }

  async enqueue(threadId: string, entry: QueueEntry): Promise<number> {
    await this.appendToList(`queue:${threadId}`, entry);
    return this.queueDepth(threadId);
  }

  async dequeue(threadId: string): Promise<QueueEntry | null> {
    return (this.#lists.get(`queue:${threadId}`)?.shift() as QueueEntry | undefined) ?? null;
  }

  async queueDepth(threadId: string): Promise<number> {
    return this.#lists.get(`queue:${threadId}`)?.length ?? 0;
  }
}

import type { Clock } from '@postern/protocol';
import { limits } from '@postern/protocol';
import type { MediaUseKind } from '../messages/message-record.ts';
import { cleanFilename } from './filename.ts';
import type { LinkFetcher } from './link-fetcher.ts';
import { maxBytesOf } from './media-kinds.ts';
import type { MediaStore, OpenedMedia } from './media-store.ts';
import { checkLinked, kindOfUse } from './media-use.ts';

/** For which number something is fetched. */
export interface LinkOwner {
  readonly phoneNumberId: string;
  readonly wabaId: string;
  readonly retentionHours: number;
}

interface LinkedMediaOptions {
  readonly store: Pick<MediaStore, 'write' | 'add' | 'discard'>;
  readonly fetcher: Pick<LinkFetcher, 'fetch'>;
  readonly clock: Clock;
}

interface Cached {
  readonly untilMs: number;
  readonly media: Promise<OpenedMedia>;
}

/**
 * What messages link to, as media: fetched once in ten minutes for each number, link and use (contract section 2.3), also for
 * those who ask while it comes in.
 */
export class LinkedMedia {
  readonly #options: LinkedMediaOptions;
  readonly #cached = new Map<string, Cached>();

  constructor(options: LinkedMediaOptions) {
    this.#options = options;
  }

  /** @throws LinkFailedError | ForbiddenUrlError | MediaRefusedError | MediaTooLargeError; the signal's reason */
  get(owner: LinkOwner, { link, use }: { link: string; use: MediaUseKind }, signal: AbortSignal): Promise<OpenedMedia> {
    const key = `${owner.phoneNumberId}\n${use}\n${link}`;
    const nowMs = this.#options.clock.now();
    const cached = this.#cached.get(key);
    if (cached && nowMs < cached.untilMs) return cached.media;
    const media = this.#fetch(owner, { link, use }, signal);
    this.#cached.delete(key);
    this.#cached.set(key, { untilMs: nowMs + limits.linkCacheMs, media });
    // A failure is told to those who wait for this one; the next message tries again.
    media.catch(() => this.#cached.delete(key));
    const [oldest] = this.#cached.keys();
    if (this.#cached.size > limits.maxCachedLinks && oldest !== undefined) this.#cached.delete(oldest);
    return media;
  }

  async #fetch(
    { phoneNumberId, wabaId, retentionHours }: LinkOwner,
    { link, use }: { link: string; use: MediaUseKind },
    signal: AbortSignal,
  ): Promise<OpenedMedia> {
    const { store, fetcher } = this.#options;
    const maxBytes = maxBytesOf[kindOfUse(use)];
    const { contentType: type, filename, bytes } = await fetcher.fetch(link, { maxBytes, signal });
    const draft = await store.write(phoneNumberId, bytes, maxBytes);
    try {
      const checked = await checkLinked(draft, { type, use });
      const named = { ...checked, filename: filename && cleanFilename(filename) };
      const told = { wabaId, origin: 'link', retentionHours, ttlMs: limits.linkedMediaTtlMs } as const;
      return await store.add(draft, { ...told, ...named });
    } catch (error) {
      await store.discard(draft);
      throw error;
    }
  }
}

import { limits, type Clock } from '@postern/protocol';
import type { AuditEntry } from './audit-entry.ts';
import type { AuditTrail } from './audit-trail.ts';

/** Why content is opened. */
export type ContentPurpose = Extract<AuditEntry, { kind: 'content-access' }>['details']['purpose'];
type KeyPurpose = Extract<AuditEntry, { kind: 'key-use' }>['details']['purpose'];

/** Which kind of entry each purpose has. */
const kinds = {
  api: 'content-access',
  webhook: 'content-access',
  sending: 'content-access',
  retransmission: 'content-access',
  counting: 'content-access',
  export: 'content-access',
  accepting: 'key-use',
  receiving: 'key-use',
  sessions: 'key-use',
  device: 'key-use',
} as const satisfies Record<ContentPurpose | KeyPurpose, AuditEntry['kind']>;

interface KeyUseLogOptions {
  readonly audit: Pick<AuditTrail, 'recordNow'>;
  readonly clock: Clock;
}

/** Accounts for the use of a number's keys: before the first use in each hour, for each purpose, in each process. */
export class KeyUseLog {
  readonly #options: KeyUseLogOptions;
  /** By purpose and number: the hour that is accounted for, and the writing of it while that is under way. */
  readonly #noted = new Map<string, { readonly hour: number; readonly written: Promise<void> | undefined }>();

  constructor(options: KeyUseLogOptions) {
    this.#options = options;
  }

  /**
   * To be awaited before the keys of these numbers are used. Nothing to wait for when this hour's use is accounted for
   * already. @throws what the database throws, and then the keys may not be used
   */
  note(purpose: keyof typeof kinds, phoneNumberIds: Iterable<string>): Promise<unknown> | undefined {
    const hour = Math.floor(this.#options.clock.now() / limits.hourMs);
    let waits: Promise<void>[] | undefined;
    for (const phoneNumberId of phoneNumberIds) {
      const noted = this.#noted.get(`${purpose}/${phoneNumberId}`);
      const written = noted?.hour === hour ? noted.written : this.#write(purpose, phoneNumberId, hour);
      if (written) (waits ??= []).push(written);
    }
    return waits && Promise.all(waits);
  }

  #write(purpose: keyof typeof kinds, phoneNumberId: string, hour: number): Promise<void> {
    if (this.#noted.size >= limits.maxNotedKeyUses) this.#noted.clear();
    const key = `${purpose}/${phoneNumberId}`;
    const entry = { kind: kinds[purpose], phoneNumberId, details: { purpose, hour } } as AuditEntry;
    const written: Promise<void> = this.#options.audit.recordNow(entry).then(
      () => this.#settle(key, written, { hour, written: undefined }),
      (error: unknown) => {
        this.#settle(key, written, null);
        throw error;
      },
    );
    this.#noted.set(key, { hour, written });
    return written;
  }

  /** Unless the next hour has begun in the meantime. */
  #settle(key: string, written: Promise<void>, noted: { hour: number; written: undefined } | null): void {
    if (this.#noted.get(key)?.written !== written) return;
    if (noted) this.#noted.set(key, noted);
    else this.#noted.delete(key);
  }
}

import type { Database } from '@postern/postgres';
import { limits, type AccountId, type Clock, type DeviceId } from '@postern/protocol';
import { identityKeyHash, type ChangedPeer, type DeviceName, type StoredPeer } from '@postern/signal';
import type { KeyUseLog } from '../audit/key-use-log.ts';
import { epochOf, type Sealer, type SealPlace } from '../sealing/sealer.ts';
import type { Subject, SubjectId } from '../subjects/subject.ts';
import type { Subjects } from '../subjects/subjects.ts';

interface SessionRow {
  account_id: AccountId;
  device_id: DeviceId;
  version: number;
  sealed: Buffer;
  used_at_ms: number;
  subject_id: SubjectId | null;
}

/** The row of a session to write, and whose it is. */
export interface SealedSession {
  readonly row: unknown[];
  readonly subject: Subject | null;
}

interface PeerSessionsOptions {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly subjects: Subjects;
  readonly keyUse: KeyUseLog;
  readonly clock: Clock;
  readonly phoneNumberId: string;
}

const identityKeyBytes = 33;

/**
 * The sessions of one number. Each write seals with the keys of number, person and present hour: an old copy of a
 * session opens nothing once that hour is 30 days past, and a session that was silent for so long is gone with it.
 */
export class PeerSessions {
  readonly #options: PeerSessionsOptions;
  /** Whom accounts stand for, as far as this device has dealt with them. */
  readonly #subjects = new Map<AccountId, Subject>();

  constructor(options: PeerSessionsOptions) {
    this.#options = options;
  }

  /**
   * What is stored of these peers. A session that does not open any more (silent for too long, its person erased,
   * tampered with) is removed: the peer is a stranger again, and the next message opens a new session.
   */
  async load(peers: readonly DeviceName[]): Promise<StoredPeer[]> {
    const { db, sealer, subjects, keyUse, phoneNumberId } = this.#options;
    sealer.checkClock();
    await keyUse.note('sessions', [phoneNumberId]);
    const rows = await db.prepared<SessionRow>(
      'sessions.load',
      `SELECT account_id, device_id, version, sealed, used_at_ms, subject_id FROM sessions
       WHERE phone_number_id = $1 AND (account_id, device_id) IN (SELECT * FROM unnest($2::uuid[], $3::smallint[]))`,
      [phoneNumberId, peers.map(({ accountId }) => accountId), peers.map(({ deviceId }) => deviceId)],
    );
    const known = await subjects.load(phoneNumberId, [...new Set(rows.flatMap(({ subject_id: id }) => id ?? []))]);
    const opened: StoredPeer[] = [];
    for (const row of rows) {
      const peer = this.#open(row, row.subject_id === null ? null : (known.get(row.subject_id) ?? 'erased'));
      if (peer) opened.push(peer);
      else await this.#remove(row);
    }
    return opened;
  }

  /** From now on this account's sessions are this person's. */
  note(accountId: AccountId, subject: Subject): void {
    this.#subjects.delete(accountId);
    this.#subjects.set(accountId, subject);
    const [oldest] = this.#subjects.keys();
    if (this.#subjects.size > limits.maxCachedSessions * 2 && oldest) this.#subjects.delete(oldest);
  }

  /** Nobody is known any more: their keys may be gone. */
  forget(): void {
    this.#subjects.clear();
  }

  /** @throws ClockSuspectError */
  async sealAll(changed: readonly ChangedPeer[]): Promise<SealedSession[]> {
    const { sealer, keyUse, clock, phoneNumberId } = this.#options;
    if (changed.length === 0) return [];
    await keyUse.note('sessions', [phoneNumberId]);
    const nowMs = clock.now();
    const timeKey = await sealer.timeKey(sealer.longLifetime(nowMs));
    const numberKey = sealer.numberKey(phoneNumberId);
    return changed.map(({ peer, session, identityKey, expectedVersion }) => {
      const subject = this.#subjects.get(peer.accountId) ?? null;
      const key = subject ? subject.sealKey(timeKey, numberKey) : sealer.numberKeyAt(timeKey, phoneNumberId);
      const version = expectedVersion + 1;
      const plaintext = Buffer.concat([identityKey, session ?? Buffer.alloc(0)]);
      const sealed = sealer.seal(key, this.#place(peer, version, nowMs), plaintext);
      const id = subject?.id ?? null;
      const hash = Buffer.from(identityKeyHash(identityKey), 'base64');
      return { subject, row: [phoneNumberId, peer.accountId, peer.deviceId, version, sealed, nowMs, id, hash] };
    });
  }

  #open(row: SessionRow, subject: Subject | null | 'erased'): StoredPeer | null {
    const { sealer, phoneNumberId } = this.#options;
    const { account_id: accountId, device_id: deviceId, version, used_at_ms: usedAtMs } = row;
    const peer = { accountId, deviceId };
    const timeKey = sealer.findRecordTimeKey('sessions', sealer.longLifetime(usedAtMs));
    if (!timeKey || subject === 'erased') return null;
    const key = subject
      ? subject.sealKey(timeKey, sealer.numberKey(phoneNumberId))
      : sealer.numberKeyAt(timeKey, phoneNumberId);
    const opened = sealer.find(key, this.#place(peer, version, usedAtMs), row.sealed);
    if (!opened) return null;
    if (subject) this.note(accountId, subject);
    const session = opened.subarray(identityKeyBytes);
    return {
      peer,
      version,
      identityKey: opened.subarray(0, identityKeyBytes),
      session: session.length > 0 ? session : null,
    };
  }

  async #remove({ account_id: accountId, device_id: deviceId, version }: SessionRow): Promise<void> {
    await this.#options.db.query(
      'DELETE FROM sessions WHERE phone_number_id = $1 AND account_id = $2 AND device_id = $3 AND version = $4',
      [this.#options.phoneNumberId, accountId, deviceId, version],
    );
  }

  #place({ accountId, deviceId }: DeviceName, version: number, usedAtMs: number): SealPlace {
    const { phoneNumberId, sealer } = this.#options;
    const epoch = `${epochOf(sealer.longLifetime(usedAtMs))}/${version}`;
    return { table: 'sessions', column: 'sealed', phoneNumberId, row: `${accountId}.${deviceId}`, epoch };
  }
}

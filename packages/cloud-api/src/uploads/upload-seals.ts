import type { KeyObject } from 'node:crypto';
import type { Clock } from '@postern/protocol';
import { combineKeys, deadlineMs, epochOf, type Lifetime, type Sealer, type SealPlace } from '../sealing/sealer.ts';
import type { UploadRow } from './upload-rows.ts';

/** What is sealed of an upload. */
export interface UploadRecord {
  readonly mimeType: string;
  readonly filename: string | null;
  readonly length: number;
  /** What stands behind the id of the session, and behind its handle. */
  readonly signature: string;
  readonly handleSecret: string;
}

type PartPlace = Pick<SealPlace, 'table' | 'row'>;

/** Seals and opens what is kept of uploads, by time: from the end of theirs on it is refused. */
export class UploadSeals {
  readonly #sealer: Sealer;
  readonly #clock: Clock;

  constructor({ sealer, clock }: { sealer: Sealer; clock: Clock }) {
    this.#sealer = sealer;
    this.#clock = clock;
  }

  /** @throws ClockSuspectError */
  async seal(row: Omit<UploadRow, 'sealed'>, place: PartPlace, bytes: Uint8Array): Promise<Buffer> {
    const lifetime = lifetimeOf(row);
    return this.#sealer.seal(keyOf(await this.#sealer.timeKey(lifetime)), placeOf(row, place, lifetime), bytes);
  }

  /** Null when it is past its time, or was tampered with. @throws ClockSuspectError */
  open(row: UploadRow, place: PartPlace, sealed: Uint8Array): Buffer | null {
    this.#sealer.checkClock();
    const lifetime = lifetimeOf(row);
    if (this.#clock.now() >= Math.min(row.expires_at_ms, deadlineMs(lifetime))) return null;
    const timeKey = this.#sealer.findRecordTimeKey(place.table, lifetime);
    return timeKey && this.#sealer.find(keyOf(timeKey), placeOf(row, place, lifetime), sealed);
  }
}

function lifetimeOf({ created_s: createdS, retention_hours: retentionHours }: Omit<UploadRow, 'sealed'>): Lifetime {
  return { sinceMs: createdS * 1000, retentionHours };
}

function keyOf(timeKey: KeyObject): KeyObject {
  return combineKeys(timeKey, Buffer.from('postern uploads v1'));
}

/** No number has a part in it: the app stands in its place. */
function placeOf(
  { app_id: appId }: Omit<UploadRow, 'sealed'>,
  { table, row }: PartPlace,
  lifetime: Lifetime,
): SealPlace {
  return { table, column: 'sealed', phoneNumberId: `app ${appId}`, row, epoch: epochOf(lifetime) };
}

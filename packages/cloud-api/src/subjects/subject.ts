import type { KeyObject } from 'node:crypto';
import { combineKeys } from '../sealing/sealer.ts';

/** A random UUID that stands for one person at one number. */
export type SubjectId = string & { readonly brand: 'SubjectId' };

/** A shard at the version that a subject's key was wrapped under. */
export interface ShardVersion {
  readonly shard: number;
  readonly version: number;
}

/** One person as one number knows them. What is sealed with its key is gone when the key is. */
export class Subject {
  readonly id: SubjectId;
  readonly wrappedBy: ShardVersion;
  readonly #key: Buffer;
  // Nearly everything with a person happens within one hour after the other.
  #combined: { readonly timeKey: KeyObject; readonly numberKey: KeyObject; readonly key: KeyObject } | null = null;

  constructor(id: SubjectId, wrappedBy: ShardVersion, key: Buffer) {
    this.id = id;
    this.wrappedBy = wrappedBy;
    this.#key = key;
  }

  /** The key of what is kept of this person since that time: it takes all three keys to know it. */
  sealKey(timeKey: KeyObject, numberKey: KeyObject): KeyObject {
    const last = this.#combined;
    if (last?.timeKey === timeKey && last.numberKey === numberKey) return last.key;
    const key = combineKeys(timeKey, numberKey, this.#key);
    this.#combined = { timeKey, numberKey, key };
    return key;
  }

  /** The key itself, to be wrapped by its shard's. */
  exportKey(): Buffer {
    return this.#key;
  }
}

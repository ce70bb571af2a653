import { createSecretKey, randomBytes } from 'node:crypto';
import { openRecord, sealRecord } from '@postern/cloud-api/sealing';

/** What one record costs one core, in microseconds. */
export interface SealCost {
  readonly sealUs: number;
  readonly openUs: number;
}

const records = 20_000;

/** Seals and opens records of this size, each at a place of its own, under one key, as the messages of one hour with one person. */
export function measureSealCost(contentBytes: number): SealCost {
  const key = createSecretKey(randomBytes(32));
  const content = randomBytes(contentBytes);
  const places = Array.from({ length: records }, (_, at) => ({
    table: 'messages',
    column: 'sealed',
    region: 'local',
    phoneNumberId: '1000000000000001',
    row: `${at.toString(16).padStart(18, '0')}/business`,
    epoch: '720/490000',
  }));
  const sealStart = performance.now();
  const sealed = places.map((place) => sealRecord(key, place, content));
  const openStart = performance.now();
  for (const [at, place] of places.entries()) openRecord(key, place, sealed[at] ?? content);
  const end = performance.now();
  return { sealUs: perRecord(openStart - sealStart), openUs: perRecord(end - openStart) };
}

function perRecord(ms: number): number {
  return Math.round((ms * 10_000) / records) / 10;
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '@postern/postgres/testing';
import { limits, MovableClock, type PhoneNumber } from '@postern/protocol';
import { migrationsDir } from '../src/migrations.ts';
import { dayOf, type Contribution } from '../src/statistics/contributions.ts';
import type { UniformBelow } from '../src/statistics/noise.ts';
import { releaseDay } from '../src/statistics/release-day.ts';
import { ReleasedStatistics } from '../src/statistics/released-statistics.ts';
import { StatisticsRelease } from '../src/statistics/statistics-release.ts';
import { Upkeep } from '../src/upkeep.ts';
import { openTestStorage, silent } from './storage-rig.ts';

export const dayMs = 24 * limits.hourMs;

export const sentText = { direction: 'sent', type: 'text' } as const;

export function personOf(ordinal: number): PhoneNumber {
  return String(15_550_200_000 + ordinal) as PhoneNumber;
}

/** As many messages from as many people. */
export function messagesOf(people: number, cell: Omit<Contribution, 'person'> = sentText): Contribution[] {
  return Array.from({ length: people }, (_, ordinal) => ({ ...cell, person: personOf(ordinal) }));
}

/** Draws with which every noise is zero: nothing left over, not one step further, not negative. */
function drawsOfNoNoise(): UniformBelow {
  let previous = 0n;
  return (bound) => {
    const drawn = previous === 1n && bound === 2n ? 1n : 0n;
    previous = bound;
    return drawn;
  };
}

/** Statistics on a database and a keyring of their own, at noon of some day. */
export async function startStatisticsRig({ maxRetentionHours = 720 }: { maxRetentionHours?: number } = {}) {
  const database = await createTestDatabase({ name: 'cloud_api', migrationsDir });
  const { db } = database;
  const clock = new MovableClock(dayMs - (Date.now() % dayMs) + dayMs / 2);
  const folder = mkdtempSync(join(tmpdir(), 'postern-statistics-'));
  const openStorage = () =>
    openTestStorage({ databaseUrl: database.url, db, clock, keyringFolder: folder, config: { maxRetentionHours } });
  const storage = await openStorage();
  const released = new ReleasedStatistics(db);
  const releases: Upkeep[] = [];
  return {
    db,
    url: database.url,
    clock,
    folder,
    storage,
    released,
    today: dayOf(clock.now()),
    passDays: (days: number) => clock.setOffset(clock.offsetMs + days * dayMs),
    async record(contributions: readonly Contribution[]) {
      const today = await storage.contributions.today();
      await db.transaction((tx) => today.record(tx, contributions));
    },
    /** The counted cells of each person, in no order of the people. */
    async countedCells(): Promise<string[][]> {
      const rows = await db.query<{ cells: string[] }>('SELECT cells FROM statistics_contributions');
      return rows.map(({ cells }) => cells);
    },
    /** A release as a worker of its own would run it. */
    newRelease() {
      const { sealer } = storage;
      const task = new StatisticsRelease({ db, sealer, region: 'local', maxRetentionHours, clock, logger: silent });
      const release = new Upkeep([task], silent);
      releases.push(release);
      return release;
    },
    /** Releases a day with noise zero, and gives the cells that are shown. */
    async releaseExactly(day: number) {
      const uniformBelow = drawsOfNoNoise();
      await db.transaction((tx) => releaseDay(tx, { day, region: 'local', nowMs: clock.now(), uniformBelow }));
      const cells = await released.list({ since: day, until: day });
      return cells.flatMap(({ direction, type, messages, people }) =>
        messages === null ? [] : [{ cell: `${direction}/${type}`, messages, people }],
      );
    },
    async countRows(table: string): Promise<number> {
      const [row] = await db.query<{ rows: number }>(`SELECT count(*)::integer AS rows FROM ${table}`);
      return row?.rows ?? -1;
    },
    /** Every row of every table as text. */
    async dump(): Promise<string> {
      const tables = await db.query<{ name: string }>(
        "SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'",
      );
      const rows = await Promise.all(
        tables.map(({ name }) => db.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)),
      );
      return rows
        .flat()
        .map(({ row }) => row)
        .join('\n');
    },
    async stop() {
      for (const release of releases) await release.stop();
      storage.keyring.close();
      await database.drop();
      rmSync(folder, { recursive: true });
    },
  };
}

export type StatisticsRig = Awaited<ReturnType<typeof startStatisticsRig>>;

import { channels, listRows, roles, type Channel, type Role, type Row, type Verdict } from '@postern/postern/access';
import type { Canaries } from './canaries.ts';
import type { Reach } from './reach.ts';

/** One cell of the access table, and whether the program keeps to it. */
export interface TriedCell {
  readonly name: string;
  readonly role: Role;
  readonly channel: Channel;
  readonly verdict: Verdict;
  /** What is wrong; empty when nothing is. */
  readonly breaches: readonly string[];
}

/** Classes whose values are words and small numbers, which could stand anywhere: nothing can be searched for. */
const withoutCanaries = new Set([
  'cloud-api/content-ciphertext',
  'cloud-api/compliance',
  'business-manager/operational',
]);

/** Tries every cell: what may be read is found by its channel, what may not be read is found nowhere in it. */
export function tryCells(canaries: Canaries, reaches: ReadonlyMap<Role, Reach>): TriedCell[] {
  return listRows().flatMap(({ place, dataClass, row }) =>
    roles.flatMap((role) => tryRole({ name: `${place}/${dataClass}`, row, role, reach: reaches.get(role) }, canaries)),
  );
}

interface Tried {
  readonly name: string;
  readonly row: Row;
  readonly role: Role;
  readonly reach: Reach | undefined;
}

function tryRole({ name, row, role, reach }: Tried, canaries: Canaries): TriedCell[] {
  if (!reach) throw new Error(`Nobody went where ${role} can go.`);
  const searched = canaries.get(name) ?? [];
  if (searched.length === 0 && !withoutCanaries.has(name)) throw new Error(`There is no canary of ${name}.`);
  return channels.map((channel) => {
    const verdict = row.cells[role][channel];
    if (verdict === 'may') return { name, role, channel, verdict, breaches: [] };
    const found = [...reach[channel]].flatMap(([where, bytes]) =>
      searched.flatMap((canary) => canary.formsIn(bytes).map((form) => `${where} (${form})`)),
    );
    const missing = found.length === 0 ? [`nothing of ${name} is read by ${channel}`] : [];
    return { name, role, channel, verdict, breaches: verdict === 'reads' ? missing : [...new Set(found)] };
  });
}

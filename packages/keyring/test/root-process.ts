// Another process at the same root keys: opens a store, calls it, prints what the last round of calls returned.
import { openRootStore } from '../src/roots/open-root-store.ts';
import type { RootSettings, RootStore } from '../src/roots/root-store.ts';

/** A call of a RootStore, with the arguments that it has. */
export interface RootCall {
  readonly call: 'listGenerations' | 'create' | 'destroy' | 'wrap' | 'findUnwrapped';
  readonly generation?: number;
  readonly about?: string;
  readonly bytes?: Buffer;
}

/** Whose root keys, and what is done with them, how often. */
export interface RootOrder {
  readonly folder: string;
  readonly settings: RootSettings;
  readonly calls: readonly RootCall[];
  readonly times: number;
}

if (process.argv[2]) {
  const { folder, settings, calls, times } = JSON.parse(process.argv[2], reviveBuffer) as RootOrder;
  const store = await openRootStore(settings, folder);
  const round = () => calls.map((call) => callStore(store, call));
  let results = round();
  for (let time = 1; time < times; time += 1) results = round();
  store.close();
  process.stdout.write(JSON.stringify(results));
}

function callStore(store: RootStore, { call, generation = 0, about = '', bytes = Buffer.alloc(0) }: RootCall): unknown {
  if (call === 'listGenerations') return store.listGenerations();
  if (call === 'wrap' || call === 'findUnwrapped') return store[call](generation, about, bytes);
  store[call](generation);
  return null;
}

/** The reverse of a buffer's toJSON. */
export function reviveBuffer(_key: string, value: unknown): unknown {
  const isBuffer = typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
  return isBuffer && 'data' in value ? Buffer.from(value.data as number[]) : value;
}

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openRootStore } from '../src/roots/open-root-store.ts';
import type { RootBackend, RootSettings, RootStore } from '../src/roots/root-store.ts';
import { createSoftToken, type SoftToken } from '../../../test/rigs/soft-token.ts';
import { reviveBuffer, type RootCall, type RootOrder } from './root-process.ts';

const program = fileURLToPath(new URL('./root-process.ts', import.meta.url));

/** How often the calls are made, other settings than the place's, and what Node is started with. */
interface ElsewhereOptions {
  readonly times?: number;
  readonly settings?: RootSettings;
  readonly flags?: readonly string[];
}

/** A place for root keys that nobody else uses, and the ways to it. */
export interface RootPlace<Settings extends RootSettings = RootSettings> {
  readonly folder: string;
  readonly settings: Settings;
  /** A store of this process; closed after the test file. */
  readonly open: () => Promise<RootStore>;
  /** Opens a store in another process and calls it. Resolves with what each call returned. */
  readonly callElsewhere: (calls: readonly RootCall[], options?: ElsewhereOptions) => Promise<unknown[]>;
}

const opened: RootStore[] = [];
const folders: string[] = [];
let token: SoftToken | null = null;

after(() => {
  try {
    for (const store of opened) store.close();
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    token?.remove();
  }
});

/** The one token of this process. */
export function softToken(): SoftToken {
  token ??= createSoftToken();
  return token;
}

export function newPlace(kind: RootBackend): RootPlace {
  if (kind === 'pkcs11') return newTokenPlace();
  return placeOf(kind === 'file' ? { kind } : { kind, passphrase: Buffer.from('a horse, a battery') });
}

/** Has keys of its own on the one token. */
export function newTokenPlace(): RootPlace<Extract<RootSettings, { kind: 'pkcs11' }>> {
  const { library, tokenLabel, pin } = softToken();
  return placeOf({ kind: 'pkcs11', library, tokenLabel, pin, label: `place-${folders.length}` });
}

function placeOf<Settings extends RootSettings>(settings: Settings): RootPlace<Settings> {
  const parent = mkdtempSync(join(tmpdir(), 'roots-'));
  folders.push(parent);
  const folder = join(parent, 'keyring');
  return {
    folder,
    settings,
    open: () => openIn(folder, settings),
    callElsewhere: (calls, options = {}) =>
      callElsewhere({ folder, settings, calls, times: 1, ...options }, options.flags),
  };
}

async function callElsewhere(order: RootOrder, flags: readonly string[] = []): Promise<unknown[]> {
  const args = [...flags, program, JSON.stringify(order)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout, reviveBuffer) as unknown[];
}

/** A store of this process with settings of the test's own. */
export async function openIn(folder: string, settings: RootSettings): Promise<RootStore> {
  const store = await openRootStore(settings, folder);
  opened.push(store);
  return store;
}

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { PhoneNumber } from '@postern/protocol';

/** The business that the sandbox made for itself. */
export interface Business {
  readonly businessId: string;
  readonly appId: string;
  readonly appSecret: string;
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly phoneNumber: PhoneNumber;
  readonly accessToken: string;
  /** The number's two-step PIN. */
  readonly pin: string;
}

export interface PersonRecord {
  readonly name: string;
  readonly phoneNumber: PhoneNumber;
}

interface State {
  readonly business: Business | null;
  readonly isNumberRegistered: boolean;
  readonly people: readonly PersonRecord[];
}

const emptyState: State = { business: null, isNumberRegistered: false, people: [] };

/** What the sandbox remembers from one start to the next, in one file (mode 0600) that is replaced in one step. */
export class StateFile {
  readonly #path: string;
  #state: State;

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.#state = read(path);
  }

  get state(): State {
    return this.#state;
  }

  /** Changes the state; durable when this returns. */
  update(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    const draft = `${this.#path}.new`;
    const descriptor = openSync(draft, 'w', 0o600);
    try {
      writeSync(descriptor, `${JSON.stringify(this.#state, null, 2)}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, this.#path);
  }
}

function read(path: string): State {
  try {
    return { ...emptyState, ...(JSON.parse(readFileSync(path, 'utf8')) as Partial<State>) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return emptyState;
    throw error;
  }
}

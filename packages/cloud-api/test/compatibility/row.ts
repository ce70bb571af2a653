/** Whether something is as the contract says. */
export type Status = 'supported' | 'differs' | 'not built';

/** A test by its file and its name. */
export interface Proof {
  readonly file: string;
  readonly name: string;
}

/** One line of the compatibility table. */
export interface Row {
  /** The endpoint, or the feature in a few words. */
  readonly what: string;
  readonly status: Status;
  /** How it differs, or what is not built; null when there is nothing to say. */
  readonly how: string | null;
  readonly proofs: readonly Proof[];
}

/** Lines that belong together. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** Proofs in one file: one of the Cloud API's tests, unless the path begins at a folder of the house. */
export function proofsIn(file: string): (...names: string[]) => Proof[] {
  const path = /^(apps|packages|test)\//.test(file) ? file : `packages/cloud-api/test/${file}`;
  return (...names) => names.map((name) => ({ file: path, name }));
}

export function supported(what: string, proofs: readonly Proof[]): Row {
  return { what, status: 'supported', how: null, proofs };
}

export function differs(what: string, how: string, proofs: readonly Proof[]): Row {
  return { what, status: 'differs', how, proofs };
}

/** A test shows what is answered instead. */
export function missing(what: string, how: string, proofs: readonly Proof[]): Row {
  return { what, status: 'not built', how, proofs };
}

import { join } from 'node:path';

/** What a server needs for HTTPS, and what its clients are to trust. All are PEM files. */
export interface LocalCertificates {
  readonly authorityFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** A certificate and its key. */
export interface PairFiles {
  readonly certificate: string;
  readonly key: string;
}

export function authorityFilesIn(dir: string): PairFiles {
  return filesOf(dir, 'authority');
}

export function serverFilesIn(dir: string): PairFiles {
  return filesOf(dir, 'server');
}

function filesOf(dir: string, name: string): PairFiles {
  return { certificate: join(dir, `${name}.pem`), key: join(dir, `${name}-key.pem`) };
}

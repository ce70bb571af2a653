import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { randomToken } from '@postern/service';
import { DataFolderError } from './data-folder.ts';
import { writePrivateJson } from './private-file.ts';

/** What the systems of one instance show each other. Made once, kept in one file (mode 0600). */
export interface Secrets {
  readonly transportDatabasePassword: string;
  readonly businessManagerDatabasePassword: string;
  readonly cloudApiDatabasePassword: string;
  readonly adminToken: string;
  readonly serviceToken: string;
  readonly verifierToken: string;
  readonly inspectToken: string;
  readonly operatorToken: string;
  readonly reviewToken: string;
  readonly sandboxToken: string;
  readonly verifyToken: string;
  /** 32 bytes in hex: the Business Manager derives app secrets from it. */
  readonly masterKey: string;
}

/** Reads the secrets of a data folder; what is missing is made and kept. @throws DataFolderError */
export function loadSecrets(file: string): Secrets {
  const known = readSecrets(file);
  const secrets = { ...createSecrets(), ...known };
  if (Object.keys(secrets).length !== Object.keys(known).length) writePrivateJson(file, secrets);
  return secrets;
}

function createSecrets(): Secrets {
  return {
    transportDatabasePassword: randomToken(''),
    businessManagerDatabasePassword: randomToken(''),
    cloudApiDatabasePassword: randomToken(''),
    adminToken: randomToken('padm_'),
    serviceToken: randomToken('psvc_'),
    verifierToken: randomToken('pver_'),
    inspectToken: randomToken('pins_'),
    operatorToken: randomToken('popr_'),
    reviewToken: randomToken('prev_'),
    sandboxToken: randomToken('psbx_'),
    verifyToken: randomToken('pwhk_'),
    masterKey: randomBytes(32).toString('hex'),
  };
}

function readSecrets(file: string): Partial<Secrets> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new DataFolderError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

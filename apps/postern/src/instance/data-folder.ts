import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where an instance keeps what. */
export interface DataFolder {
  readonly root: string;
  readonly secretsFile: string;
  readonly lockFile: string;
  readonly clockFile: string;
  /** What runs here at present, for `doctor`. */
  readonly instanceFile: string;
  readonly sandboxFile: string;
  /** The keys of the Cloud API: a copy of the database opens nothing without it. */
  readonly keyringDir: string;
  /** The audit logs, a folder for each system that has one. */
  readonly auditDir: string;
  /** Media of businesses, encrypted: the keys are in the Cloud API's database, sealed. */
  readonly mediaDir: string;
  /** Encrypted attachments that the transport holds. */
  readonly blobsDir: string;
  /** The local authority, and its certificate for this machine. */
  readonly certificatesDir: string;
  readonly configDir: string;
  readonly logsDir: string;
  /** People's own phones; nothing else holds plaintext. */
  readonly peopleDir: string;
  readonly postgresDir: string;
}

/** The data folder cannot be used; the message says why and what to do. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

/** The places inside a data folder, whether it exists or not. */
export function describeDataFolder(path: string): DataFolder {
  const root = resolve(path);
  return {
    root,
    secretsFile: join(root, 'secrets.json'),
    lockFile: join(root, 'lock'),
    clockFile: join(root, 'clock.json'),
    instanceFile: join(root, 'instance.json'),
    sandboxFile: join(root, 'sandbox.json'),
    keyringDir: join(root, 'keyring'),
    auditDir: join(root, 'audit'),
    mediaDir: join(root, 'media'),
    blobsDir: join(root, 'blobs'),
    certificatesDir: join(root, 'certificates'),
    configDir: join(root, 'config'),
    logsDir: join(root, 'logs'),
    peopleDir: join(root, 'people'),
    postgresDir: join(root, 'postgres'),
  };
}

/**
 * Makes the data folder, or takes one that an earlier start made. Only its owner can enter it.
 * @throws DataFolderError when the folder holds something else, or cannot be made
 */
export function openDataFolder(path: string): DataFolder {
  const folder = describeDataFolder(path);
  try {
    if (!existsSync(folder.root)) mkdirSync(folder.root, { recursive: true, mode: 0o700 });
    if (!isOurs(folder))
      throw new DataFolderError(`${folder.root} holds other files. Name an empty or a new folder with --data.`);
    if (existsSync(join(folder.keyringDir, 'keyring.json')))
      throw new DataFolderError(
        `${folder.root} was made by Postern 0.1.0, whose messages this version cannot open. Start with a new folder.`,
      );
    if ((statSync(folder.root).mode & 0o077) !== 0) chmodSync(folder.root, 0o700);
    for (const dir of [folder.configDir, folder.logsDir, folder.peopleDir])
      mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (error instanceof DataFolderError) throw error;
    throw new DataFolderError(`The data folder ${folder.root} cannot be used: ${(error as Error).message}`);
  }
  return folder;
}

function isOurs({ root, configDir, secretsFile }: DataFolder): boolean {
  return existsSync(secretsFile) || existsSync(configDir) || readdirSync(root).length === 0;
}

import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, mkdtemp, realpath, rename, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EmbeddedServerError } from '../errors.ts';
import { canWrite, findNobody, giveTo, isRoot, type Account } from './account.ts';
import { createFile, findText, hasCode, replaceFile } from './durable-file.ts';

/** Where a data folder's cluster lives, and as whom it runs. */
export interface ClusterHome {
  account: Account;
  /** A folder that the account can enter and only we can write: settings, and the cluster's folder. */
  folder: string;
  /** PostgreSQL's own folder, owned by the account; it exists only when it is complete. */
  cluster: string;
}

/** Where, as root, clusters go that `nobody` cannot reach in their data folder. */
export const defaultSharedDir = '/var/lib/postern';

const idFile = 'cluster-id';
const ownerFile = 'data-folder';

/**
 * Finds the home of the data folder's cluster. As an ordinary user it is the data folder. As root, PostgreSQL runs as the
 * owner of an existing cluster, else as `nobody`; where `nobody` cannot enter the data folder, the home is
 * `<sharedDir>/<random id>`, and the data folder remembers the id.
 * @throws EmbeddedServerError when an existing cluster cannot be reached, or belongs to another data folder
 */
export async function chooseClusterHome(dataDir: string, sharedDir: string): Promise<ClusterHome> {
  const id = await findText(join(dataDir, idFile));
  if (!isRoot()) return await ownHome(dataDir, id);
  if (id !== null) return await openSharedHome(dataDir, sharedDir, id);
  const owner = await findOwner(join(dataDir, 'cluster'));
  if (owner !== null) return await keepHome(dataDir, owner);
  const nobody = await findNobody();
  if (await canLiveIn(nobody, dataDir)) return homeIn(dataDir, nobody);
  const newId = await createFile(join(dataDir, idFile), randomBytes(8).toString('hex'), 0o600);
  return await openSharedHome(dataDir, sharedDir, newId);
}

/**
 * The data folder of a home in `sharedDir`, or null for an entry that is none of ours.
 * `isAbandoned` when that data folder is gone or names another home.
 */
export async function findSharedHome(sharedDir: string, id: string) {
  if (!/^[0-9a-f]{16}$/.test(id)) return null;
  const folder = join(sharedDir, id);
  const dataDir = await findText(join(folder, ownerFile));
  if (dataDir === null) return null;
  return { folder, cluster: join(folder, 'cluster'), isAbandoned: (await findText(join(dataDir, idFile))) !== id };
}

/** PostgreSQL's own folder of a data folder's cluster, wherever it lives; null when there is none to be seen from here. */
export async function findClusterFolder(dataDir: string, sharedDir = defaultSharedDir): Promise<string | null> {
  const id = await findText(join(dataDir, idFile)).catch(() => null);
  const home = id === null ? homeIn(dataDir, null) : await findSharedHome(sharedDir, id);
  const isThere = home && (await lstat(home.cluster).catch(() => null));
  return isThere ? home.cluster : null;
}

function homeIn(folder: string, account: Account): ClusterHome {
  return { account, folder, cluster: join(folder, 'cluster') };
}

async function findOwner(cluster: string): Promise<Account> {
  try {
    const { uid, gid } = await lstat(cluster);
    return { uid, gid };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** An ordinary user's home; a cluster that root made must not be taken for none. */
async function ownHome(dataDir: string, id: string | null): Promise<ClusterHome> {
  const home = homeIn(dataDir, null);
  const owner = await findOwner(home.cluster);
  if (id === null && (owner === null || owner.uid === process.getuid?.())) return home;
  throw new EmbeddedServerError(`the database of ${dataDir} was made by another user: start as that user`);
}

/** A cluster that exists stays where it is: a new, empty one elsewhere would look like lost data. */
async function keepHome(dataDir: string, account: Account): Promise<ClusterHome> {
  const home = homeIn(dataDir, account);
  if (await canWrite(account, home.cluster)) return home;
  const advice = `let it enter ${dataDir} and the folders above`;
  throw new EmbeddedServerError(`user ${account?.uid} owns ${home.cluster} and cannot reach it: ${advice}`);
}

/** Tries with a folder of our own, because modes alone do not tell. */
async function canLiveIn(account: Account, folder: string): Promise<boolean> {
  const probe = await mkdtemp(join(folder, 'probe-'));
  try {
    await giveTo(account, probe);
    return await canWrite(account, probe);
  } finally {
    await rmdir(probe);
  }
}

async function openSharedHome(dataDir: string, sharedDir: string, id: string): Promise<ClusterHome> {
  const account = await findNobody();
  const home = homeIn(join(sharedDir, id), account);
  const owner = await findText(join(home.folder, ownerFile));
  if (owner === null) await createSharedHome(dataDir, home.folder);
  else if (owner !== dataDir) await adoptSharedHome({ dataDir, owner, id, folder: home.folder });
  if (await canLiveIn(account, home.folder)) return home;
  throw new EmbeddedServerError(`user ${account?.uid} cannot enter ${home.folder}: let it enter the folders above`);
}

/** The folder appears with its owner's name inside, so that nobody takes it for an abandoned one. */
async function createSharedHome(dataDir: string, folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true, mode: 0o755 });
  const draft = await mkdtemp(`${folder}.`);
  await chmod(draft, 0o711);
  await replaceFile(join(draft, ownerFile), dataDir, 0o600);
  await rename(draft, folder);
}

/** The data folder was moved. A copy of it, with the original still there, may not take the cluster away. */
async function adoptSharedHome(move: { dataDir: string; owner: string; id: string; folder: string }): Promise<void> {
  if ((await findText(join(move.owner, idFile))) === move.id && !(await isSameFolder(move.owner, move.dataDir))) {
    const advice = 'remove its copy, or dump and restore the databases';
    throw new EmbeddedServerError(`the database of ${move.dataDir} belongs to ${move.owner}: ${advice}`);
  }
  await replaceFile(join(move.folder, ownerFile), move.dataDir, 0o600);
}

async function isSameFolder(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(await realpath(one)), stat(await realpath(other))]);
  return a.ino === b.ino && a.dev === b.dev;
}

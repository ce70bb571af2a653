import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { limits } from '@postern/protocol';
import { checkBlobs } from './blobs.ts';
import { findRunningInstance } from '../instance/previous-instance.ts';
import { systemNames } from '../instance/systems.ts';
import { NotCheckableError, notChecked, ok, unless, type Check, type Verdict } from './check.ts';
import type { Site } from './site.ts';

/** What others could read on the disk, or in what a process leaves there. */
export const fileChecks: readonly Check[] = [
  {
    statements: ['S29'],
    what: 'the keyring is for its owner alone',
    look: (site) =>
      checkPrivate(
        ['keyringFolder', 'keyringRootFolder', 'keyringPassphraseFile', 'keyringPkcs11PinFile'].flatMap((name) =>
          findSetting(site, name),
        ),
      ),
  },
  {
    statements: ['S28'],
    what: 'media are for their owner alone',
    look: (site) => checkPrivate(findSetting(site, 'mediaFolder').filter(existsSync)),
  },
  {
    statements: ['S14'],
    what: 'settings, tokens and audit logs are for their owner alone',
    look: (site) => checkPrivate(listSecretPlaces(site)),
  },
  {
    statements: ['S13', 'S20'],
    what: "logs and people's phones are for their owner alone",
    look({ folder }) {
      if (!folder) throw new NotCheckableError('where the logs go is not known from config files');
      return checkPrivate([folder.logsDir, folder.peopleDir].filter(existsSync), [folder.root]);
    },
  },
  {
    statements: ['S19', 'S20'],
    what: 'the attachments that the transport holds are for its account alone, and ciphertext',
    look: (site) => checkBlobs(String(site.configOf('transport')['blobsFolder'])),
  },
  { statements: ['S20', 'S29'], what: 'no system writes its memory to the disk when it crashes', look: checkCoreDumps },
];

function findSetting(site: Site, name: string): string[] {
  const value = site.configOf('cloud-api')[name];
  return typeof value === 'string' ? [value] : [];
}

function listSecretPlaces(site: Site): string[] {
  const { folder, configDir } = site;
  const audit = (['cloud-api', 'business-manager'] as const).flatMap((system) => {
    const value = site.findConfig(system)?.['auditFolder'];
    return typeof value === 'string' ? [value] : [];
  });
  // A data folder's config files have a folder to themselves; others may stand beside the files of other programs.
  const configs = folder ? [configDir] : systemNames.map((system) => join(configDir, `${system}.json`));
  const ofFolder = folder ? [folder.secretsFile, folder.sandboxFile, folder.certificatesDir] : [];
  return [...configs, ...audit, ...findSetting(site, 'httpsKeyFile'), ...ofFolder].filter(existsSync);
}

/** Of a folder also everything in it, unless it is to be looked at alone. */
function checkPrivate(places: readonly string[], alone: readonly string[] = []): Verdict {
  const paths = [...alone, ...places.flatMap(listTree)];
  const open = paths.filter((path) => (lstatSync(path).mode & 0o077) !== 0);
  const problems = open.map((path) => `others can get at ${path}`);
  return unless(problems.slice(0, limits.maxVerifyFindings), `${paths.length} files and folders`);
}

function listTree(place: string): string[] {
  const status = lstatSync(place);
  if (status.isSymbolicLink()) return [];
  if (!status.isDirectory()) return [place];
  return [place, ...readdirSync(place).flatMap((name) => listTree(join(place, name)))];
}

function checkCoreDumps({ folder, isRunning }: Site): Verdict {
  const running = isRunning && folder ? findRunningInstance(folder.instanceFile) : null;
  if (!running) throw new NotCheckableError('which processes there are is known of a data folder in use only');
  const file = `/proc/${running.pid}/limits`;
  if (!existsSync(file)) throw new NotCheckableError('this machine does not show the limits of processes');
  const [, soft] = /^Max core file size\s+(\S+)/m.exec(readFileSync(file, 'utf8')) ?? [];
  // The systems inherit it from the program that started them.
  if (soft === '0') return ok(`core dumps are off for the ${systemNames.length} systems`);
  return notChecked(
    `core dumps are allowed (${soft} bytes) and where the machine puts them is not known; start under "ulimit -c 0"`,
  );
}

import { join } from 'node:path';
import { findClusterFolder } from '@postern/postgres';
import { databaseSystems, type DatabaseSystem } from '../instance/systems.ts';
import type { Statement } from '../access/statements.ts';
import { sendCanary } from './canary.ts';
import { unless, type Check } from './check.ts';
import { searchDatabase, searchFiles } from './search.ts';
import type { Site } from './site.ts';

/** What a text in the tables of a system would break. */
const brokenByText: Readonly<Record<DatabaseSystem, readonly Statement[]>> = {
  'cloud-api': ['S16', 'S28'],
  transport: ['S3', 'S8', 'S9', 'S19'],
  'business-manager': ['S20'],
};

/** What a person's phone number in the tables of a system would break; the transport needs it to route. */
const brokenByNumber: Readonly<Partial<Record<DatabaseSystem, readonly Statement[]>>> = {
  'cloud-api': ['S18'],
  'business-manager': ['S21'],
};

/** Sends a text both ways, then looks for it, and for the number of the person, where neither may be. */
export const canaryChecks: readonly Check[] = [
  {
    statements: ['S1', 'S4'],
    what: 'a text goes to a phone and back through everything',
    async look(site) {
      const { missing } = await sendCanary(site);
      return unless(missing === null ? [] : [missing], 'it did');
    },
  },
  ...databaseSystems.map((system): Check => ({
    statements: brokenByText[system],
    what: `the text is in no table of ${system}`,
    look: async (site) => searchTables(site, system, (await sendCanary(site)).text),
  })),
  ...databaseSystems.flatMap((system): Check[] => {
    const statements = brokenByNumber[system];
    const look = async (site: Site) => searchTables(site, system, (await sendCanary(site)).waId);
    return statements ? [{ statements, what: `the person's phone number is in no table of ${system}`, look }] : [];
  }),
  {
    statements: ['S13', 'S20'],
    what: 'the text is in no log, setting or file of a database',
    look: async (site) => searchDisk(await listPlaces(site), (await sendCanary(site)).text),
  },
  {
    statements: ['S21'],
    what: "the person's phone number is in no log",
    look: async (site) => searchDisk(listLogs(site), (await sendCanary(site)).waId),
  },
];

async function searchTables(site: Site, system: DatabaseSystem, text: string) {
  const found = await searchDatabase(site.databaseOf(system), text);
  return unless(
    found.map((table) => `it is in ${table}`),
    'it is in none',
  );
}

async function searchDisk(places: readonly string[], text: string) {
  const { found, bytes } = await searchFiles(places, text);
  return unless(
    found.map((path) => `it is in ${path}`),
    `${Math.ceil(bytes / 1024 ** 2)} MiB searched`,
  );
}

/** The canary needs a sandbox, which has a data folder. */
function listLogs({ folder }: Site): string[] {
  return folder ? [folder.logsDir, folder.auditDir, join(folder.postgresDir, 'server.log')] : [];
}

async function listPlaces(site: Site): Promise<string[]> {
  const { folder } = site;
  if (!folder) return [];
  const cluster = await findClusterFolder(folder.postgresDir);
  return [
    ...listLogs(site),
    folder.configDir,
    folder.keyringDir,
    folder.mediaDir,
    ...(cluster === null ? [] : [cluster]),
  ];
}

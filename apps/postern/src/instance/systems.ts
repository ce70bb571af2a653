import { fileURLToPath } from 'node:url';

/** The systems, each a process of its own. */
export const systemNames = ['sandbox', 'cloud-api', 'cloud-api-worker', 'business-manager', 'transport'] as const;
export type SystemName = (typeof systemNames)[number];

/** The order in which systems stop: each before those that it needs, together where neither needs the other. */
export const stopOrder: readonly (readonly SystemName[])[] = [
  ['sandbox'],
  ['cloud-api', 'cloud-api-worker'],
  ['business-manager', 'transport'],
];

/** The prefix of a system's environment variables. */
export const environmentPrefixes: Readonly<Record<SystemName, string>> = {
  transport: 'POSTERN_TRANSPORT_',
  'business-manager': 'POSTERN_BUSINESS_MANAGER_',
  'cloud-api': 'POSTERN_CLOUD_API_',
  'cloud-api-worker': 'POSTERN_CLOUD_API_',
  sandbox: 'POSTERN_SANDBOX_',
};

/** The systems that have a database; its name is also that of its only role. */
export const databaseNames = {
  transport: 'transport',
  'business-manager': 'business_manager',
  'cloud-api': 'cloud_api',
} as const;
export type DatabaseSystem = keyof typeof databaseNames;

export const databaseSystems = Object.keys(databaseNames) as DatabaseSystem[];

export function isSystemName(name: string): name is SystemName {
  return (systemNames as readonly string[]).includes(name);
}

const packages: Readonly<Record<DatabaseSystem, string>> = {
  transport: '@postern/transport',
  'business-manager': '@postern/business-manager',
  'cloud-api': '@postern/cloud-api',
};

/** The folder of a system's SQL migrations. Its package is not loaded: that would cost the supervisor much memory. */
export function migrationsOf(system: DatabaseSystem): string {
  return fileURLToPath(new URL('../migrations', import.meta.resolve(packages[system])));
}

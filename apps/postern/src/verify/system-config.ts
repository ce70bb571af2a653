import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '@postern/service';
import { environmentPrefixes, systemNames, type SystemName } from '../instance/systems.ts';

/** The settings of a system, checked as the system itself checks them. */
export type SystemConfig = Readonly<Record<string, unknown>>;

/** Each loads the package of one system alone. */
const schemas = {
  transport: async () => (await import('@postern/transport')).transportConfig,
  'business-manager': async () => (await import('@postern/business-manager')).businessManagerConfig,
  'cloud-api': async () => (await import('@postern/cloud-api')).cloudApiConfig,
  'cloud-api-worker': async () => (await import('@postern/cloud-api')).cloudApiConfig,
  sandbox: async () => (await import('@postern/sandbox')).sandboxConfig,
} as const;

/** Reads the files `<system>.json` of a folder, as far as they are there. The environment wins. @throws ConfigError */
export async function readConfigs(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Map<SystemName, SystemConfig>> {
  const configs = new Map<SystemName, SystemConfig>();
  for (const system of systemNames) {
    const file = join(folder, `${system}.json`);
    if (!existsSync(file)) continue;
    const source = { prefix: environmentPrefixes[system], env, file };
    configs.set(system, readConfig(await schemas[system](), source));
  }
  return configs;
}

import { resolve } from 'node:path';
import { openDatabase, type Database } from '@postern/postgres';
import { limits, systemClock } from '@postern/protocol';
import { isRunning } from '../doctor/instance-checks.ts';
import { DataFolderError, describeDataFolder, type DataFolder } from '../instance/data-folder.ts';
import type { DatabaseSystem, SystemName } from '../instance/systems.ts';
import { ClockFile } from '../supervisor/clock-file.ts';
import { NotCheckableError } from './check.ts';
import { readConfigs, type SystemConfig } from './system-config.ts';

/** Why what needs a running installation was not looked at. */
export const notRunning = 'the installation does not run';

interface SiteOptions {
  readonly data: string;
  /** A folder with `<system>.json` files, for systems that no data folder belongs to. */
  readonly configDir: string | null;
}

/** An installation as it can be looked at from this machine, by what the config files here name. */
export class Site {
  /** Null when only config files are known. */
  readonly folder: DataFolder | null;
  readonly configDir: string;
  readonly isRunning: boolean;
  readonly #configs: ReadonlyMap<SystemName, SystemConfig>;
  readonly #databases = new Map<DatabaseSystem, Database>();

  private constructor(folder: DataFolder | null, configDir: string, configs: ReadonlyMap<SystemName, SystemConfig>) {
    this.folder = folder;
    this.configDir = configDir;
    this.isRunning = folder ? isRunning(folder) : true;
    this.#configs = configs;
  }

  /** @throws DataFolderError when there is no config file at all; ConfigError when one is wrong */
  static async open({ data, configDir }: SiteOptions): Promise<Site> {
    const folder = configDir === null ? describeDataFolder(data) : null;
    const dir = folder?.configDir ?? resolve(configDir ?? '');
    // The systems of a data folder are started without the caller's own variables.
    const configs = await readConfigs(dir, folder ? {} : process.env);
    if (configs.size > 0) return new Site(folder, dir, configs);
    throw new DataFolderError(
      `There is no installation in ${dir}. Name its data folder with --data, or the folder of its config files with --config.`,
    );
  }

  /** Time as the installation has it: the sandbox may have moved its clock. */
  get nowMs(): number {
    return systemClock.now() + (this.folder ? new ClockFile(this.folder.clockFile).offsetMs : 0);
  }

  findConfig(system: SystemName): SystemConfig | null {
    return this.#configs.get(system) ?? null;
  }

  /** @throws NotCheckableError */
  configOf(system: SystemName): SystemConfig {
    const config = this.findConfig(system);
    if (!config) throw new NotCheckableError(`no config file of ${system} is here`);
    return config;
  }

  /** @throws NotCheckableError when the setting is left out */
  settingOf(system: SystemName, name: string): string {
    const value = this.configOf(system)[name];
    if (typeof value !== 'string') throw new NotCheckableError(`${system} has no setting ${name}`);
    return value;
  }

  /** The database of a system, as that system's own role. @throws NotCheckableError */
  databaseOf(system: DatabaseSystem): Database {
    const url = this.settingOf(system, 'databaseUrl');
    if (!this.isRunning) throw new NotCheckableError(notRunning);
    const known = this.#databases.get(system);
    if (known) return known;
    const statementTimeoutMs = limits.verifyStatementTimeoutMs;
    const db = openDatabase({ url, applicationName: 'postern verify', maxConnections: 1, statementTimeoutMs });
    this.#databases.set(system, db);
    return db;
  }

  /** Where a system answers HTTP. @throws NotCheckableError */
  urlOf(system: SystemName): string {
    const { host, port } = this.configOf(system);
    if (!this.isRunning) throw new NotCheckableError(notRunning);
    if (typeof port !== 'number') throw new NotCheckableError(`${system} has no setting port`);
    const name = typeof host === 'string' && host !== '0.0.0.0' && host !== '::' ? host : '127.0.0.1';
    return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#databases.values()].map((db) => db.close()));
  }
}

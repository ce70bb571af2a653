import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '@postern/postgres';
import { systemClock } from '@postern/protocol';
import type { SandboxAnnouncement, SandboxEvent } from '@postern/sandbox';
import { createLogger, type Logger } from '@postern/service';
import { DataFolderError, openDataFolder, type DataFolder } from '../instance/data-folder.ts';
import { takeFolderLock, type FolderLock } from '../instance/folder-lock.ts';
import { choosePorts, type Ports } from '../instance/ports.ts';
import { untilPreviousIsGone, type RunningInstance } from '../instance/previous-instance.ts';
import { writePrivateJson } from '../instance/private-file.ts';
import type { Ready } from '../instance/ready.ts';
import { loadSecrets, type Secrets } from '../instance/secrets.ts';
import { httpsUrl, systemUrls, writeSystemConfig } from '../instance/system-configs.ts';
import {
  databaseNames,
  databaseSystems,
  migrationsOf,
  stopOrder,
  type DatabaseSystem,
  type SystemName,
} from '../instance/systems.ts';
import { ClockFile } from './clock-file.ts';
import { DatabaseServer } from './database-server.ts';
import { LocalHttps } from './local-https.ts';
import { LogFile } from './log-file.ts';
import type { FromSystem, SandboxRequest } from './messages.ts';
import { SharedClock } from './shared-clock.ts';
import { SystemProcess } from './system-process.ts';

/** What happens while an instance runs. */
export type InstanceEvent = SandboxEvent | { event: 'restarted'; system: SystemName | 'postgresql' };

export interface InstanceOptions {
  readonly dataDir: string;
  /** The first of four ports; 0 for free ones. */
  readonly port: number;
  readonly webhookUrl: string | null;
  /** On which port the Cloud API answers by HTTPS too, and other names of this machine; not at all when left out. */
  readonly https?: { readonly port: 'next' | number; readonly names: readonly string[] };
  /** Whether numbers send only as fast as the contract allows; they do unless told otherwise. */
  readonly rateLimits?: boolean;
  readonly onEvent: (event: InstanceEvent) => void;
}

/** Everything on one machine: PostgreSQL and each system as a process of its own, started again when one dies. */
export class Instance {
  readonly folder: DataFolder;
  readonly #options: InstanceOptions;
  readonly #lock: FolderLock;
  readonly #secrets: Secrets;
  readonly #logger: Logger;
  readonly #clock: SharedClock;
  readonly #processes = new Map<SystemName, SystemProcess>();
  readonly #databaseUrls = new Map<DatabaseSystem, string>();
  readonly #stopped = Promise.withResolvers<null>();
  #database: Promise<DatabaseServer> | null = null;
  #ports: Ports | null = null;
  #https: LocalHttps | null = null;
  #isStopping = false;

  /** Takes the data folder. @throws DataFolderError when it cannot be used, or another instance has it */
  constructor(options: InstanceOptions) {
    this.#options = options;
    this.folder = openDataFolder(options.dataDir);
    const lock = takeFolderLock(this.folder.lockFile);
    if (!lock)
      throw new DataFolderError(
        `Another Postern runs on ${this.folder.root}. Stop that one, or choose another folder with --data.`,
      );
    this.#lock = lock;
    this.#secrets = loadSecrets(this.folder.secretsFile);
    this.#clock = new SharedClock(new ClockFile(this.folder.clockFile));
    const log = this.#logOf('supervisor');
    this.#logger = createLogger({ system: 'supervisor', write: (line) => void log.append(line) });
  }

  /**
   * Starts everything. Null when it was stopped meanwhile.
   * @throws PortTakenError | EmbeddedServerError | SystemStartError; then stop what had started
   */
  start(): Promise<Ready | null> {
    const started = this.#startAll().catch((error: unknown) => {
      // What is stopped while it starts may say so in any way.
      if (this.#isStopping) return this.#stopped.promise;
      throw error;
    });
    return Promise.race([started, this.#stopped.promise]);
  }

  /** Stops softly, each system before those that it needs. */
  async stop(): Promise<void> {
    if (this.#isStopping) return void (await this.#stopped.promise);
    this.#isStopping = true;
    this.#https?.stop();
    for (const names of stopOrder) await Promise.all(names.map(async (name) => this.#processes.get(name)?.stop()));
    const database = await this.#database?.catch(() => null);
    await database?.stop();
    rmSync(this.folder.instanceFile, { force: true });
    this.#lock.release();
    this.#stopped.resolve(null);
  }

  /** Ends everything at once; nothing that was acknowledged is lost. */
  async abandon(): Promise<void> {
    this.#isStopping = true;
    for (const process of this.#processes.values()) process.abandon();
    (await this.#database?.catch(() => null))?.abandon();
  }

  /** Freezes a system where it stands, until it is resumed. */
  pause(name: SystemName): void {
    this.#processes.get(name)?.signal('SIGSTOP');
  }

  resume(name: SystemName): void {
    this.#processes.get(name)?.signal('SIGCONT');
  }

  async #startAll(): Promise<Ready> {
    await untilPreviousIsGone(this.folder.instanceFile);
    const { port, https } = this.#options;
    this.#ports = await choosePorts(port, https?.port ?? null);
    if (https) this.#https = await this.#startHttps(https.names);
    // The sandbox waits for the others by itself, so its process can come up while the database does.
    this.#launch('sandbox', this.#ports);
    this.#database = this.#startDatabase();
    const database = await this.#database;
    await Promise.all(databaseSystems.map((system) => this.#prepare(system, database)));
    const processes = [...this.#processes.values()];
    await Promise.all(processes.map((process) => process.ready));
    const sandbox = await this.#processes.get('sandbox')?.ready;
    const ready = this.#describe(sandbox as unknown as SandboxAnnouncement, this.#ports);
    const running: RunningInstance = { pid: process.pid, ports: this.#ports };
    writePrivateJson(this.folder.instanceFile, running);
    return ready;
  }

  #startHttps(names: readonly string[]): Promise<LocalHttps> {
    return LocalHttps.start({ dir: this.folder.certificatesDir, names, clock: systemClock, logger: this.#logger });
  }

  #startDatabase(): Promise<DatabaseServer> {
    const { root, postgresDir } = this.folder;
    return DatabaseServer.start({
      dataDir: postgresDir,
      linkDir: root,
      clock: systemClock,
      logger: this.#logger,
      onDeath: () => this.#options.onEvent({ event: 'restarted', system: 'postgresql' }),
    });
  }

  /** Brings a system's database up to date, then starts what works on it. */
  async #prepare(system: DatabaseSystem, database: DatabaseServer): Promise<void> {
    const url = await database.ensureDatabase(databaseNames[system], this.#passwordOf(system));
    await migrate({ url, migrationsDir: migrationsOf(system), logger: this.#logger });
    this.#databaseUrls.set(system, url);
    if (!this.#ports) return;
    this.#launch(system, this.#ports);
    if (system === 'cloud-api') this.#launch('cloud-api-worker', this.#ports);
  }

  #passwordOf(system: DatabaseSystem): string {
    const { transportDatabasePassword, businessManagerDatabasePassword, cloudApiDatabasePassword } = this.#secrets;
    if (system === 'transport') return transportDatabasePassword;
    return system === 'cloud-api' ? cloudApiDatabasePassword : businessManagerDatabasePassword;
  }

  #launch(name: SystemName, ports: Ports): void {
    if (this.#isStopping) return;
    const configFile = writeSystemConfig(name, {
      folder: this.folder,
      ports,
      secrets: this.#secrets,
      webhookUrl: this.#options.webhookUrl,
      rateLimits: this.#options.rateLimits ?? true,
      certificates: this.#https?.certificates ?? null,
      databaseUrl: (system) => this.#databaseUrls.get(system) ?? '',
    });
    const process = new SystemProcess({
      name,
      configFile,
      log: this.#logOf(name),
      clock: systemClock,
      environment: () => this.#environment(),
      onMessage: (message) => this.#receive(process, message),
      onDeath: () => this.#died(process),
    });
    this.#processes.set(name, process);
  }

  /** Settings come from the config file alone: the caller's own variables are not for these systems. */
  #environment(): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('POSTERN_'));
    return {
      ...Object.fromEntries(inherited),
      POSTERN_CLOCK_OFFSET_MS: String(this.#clock.offsetMs),
    };
  }

  #logOf(name: string): LogFile {
    return new LogFile(join(this.folder.logsDir, `${name}.log`));
  }

  #died(process: SystemProcess): void {
    this.#clock.ended(process);
    this.#logger.error({ system: process.name }, 'a system has ended; it is started again');
    this.#options.onEvent({ event: 'restarted', system: process.name });
  }

  #receive(process: SystemProcess, message: FromSystem): void {
    switch (message.kind) {
      case 'ready':
        return;
      case 'clock-moved':
        return this.#clock.followed(process, message.offsetMs);
      case 'event':
        return this.#options.onEvent(message.event);
      case 'advance-clock':
      case 'kill':
        return void this.#answer(process, message);
    }
  }

  async #answer(process: SystemProcess, request: SandboxRequest): Promise<void> {
    const error = await this.#carryOut(request).then(
      () => null,
      (reason: Error) => reason.message,
    );
    process.send({ kind: 'answer', requestId: request.requestId, offsetMs: this.#clock.offsetMs, error });
  }

  async #carryOut(request: SandboxRequest): Promise<void> {
    if (request.kind === 'advance-clock') await this.#clock.advance(request.ms, [...this.#processes.values()]);
    else if (request.system === 'postgresql') await (await this.#database)?.kill();
    else await this.#processes.get(request.system)?.kill();
  }

  #describe(sandbox: SandboxAnnouncement, ports: Ports): Ready {
    const { accessToken, appId, appSecret, businessAccountId, phoneNumberId, displayPhoneNumber, people } = sandbox;
    const { sandboxToken, verifyToken } = this.#secrets;
    return {
      event: 'ready',
      ...systemUrls(ports),
      cloudApiHttps: httpsUrl(ports),
      authorityFile: this.#https?.certificates.authorityFile ?? null,
      console: null,
      accessToken,
      sandboxToken,
      appId,
      appSecret,
      businessAccountId,
      phoneNumberId,
      displayPhoneNumber,
      verifyToken,
      people,
      tookMs: Math.round(performance.now()),
    };
  }
}

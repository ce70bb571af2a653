import { fork, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { limits, type Clock } from '@postern/protocol';
import type { SystemName } from '../instance/systems.ts';
import type { LogFile } from './log-file.ts';
import type { FromSystem, ToSystem } from './messages.ts';
import { RestartWaits } from './restart-waits.ts';

type Announcement = Readonly<Record<string, unknown>>;

/** A system ended again and again before it was ready. */
export class SystemStartError extends Error {
  override readonly name = 'SystemStartError';
}

interface SystemProcessOptions {
  readonly name: SystemName;
  readonly configFile: string;
  readonly log: LogFile;
  readonly clock: Clock;
  /** The environment of the next process. */
  readonly environment: () => NodeJS.ProcessEnv;
  readonly onMessage: (message: FromSystem) => void;
  /** The process ended though nobody stopped it; another one follows. */
  readonly onDeath: () => void;
}

/** Off the way of messages. */
const quietSystems = new Set<SystemName>(['sandbox', 'business-manager']);

/**
 * Megabytes of young heap. V8's own 16 fill up while a process loads its code and are never given back; `postern bench`
 * finds no difference between 16 and 4.
 */
function youngHeapMb(name: SystemName): number {
  return quietSystems.has(name) ? 2 : 4;
}

const program = fileURLToPath(new URL('../main.ts', import.meta.url));

/** One system as a process of its own, which is started again whenever it dies. */
export class SystemProcess {
  readonly name: SystemName;
  /** What the first process that was ready announced. */
  readonly ready: Promise<Announcement>;
  readonly #options: SystemProcessOptions;
  readonly #waits: RestartWaits;
  readonly #firstReady = Promise.withResolvers<Announcement>();
  #child: ChildProcess | null = null;
  #restart: NodeJS.Timeout | undefined;
  #isStopping = false;
  #failedStarts = 0;

  constructor(options: SystemProcessOptions) {
    this.name = options.name;
    this.#options = options;
    this.#waits = new RestartWaits(options.clock);
    this.ready = this.#firstReady.promise;
    this.ready.catch(() => {});
    this.#start();
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Sends a message; one that cannot be sent is dropped, since the next process starts from the present state. */
  send(message: ToSystem): void {
    if (this.#child?.connected === true) this.#child.send(message, () => {});
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Kills the process the hard way; another one follows. Resolves when it has ended. */
  async kill(): Promise<void> {
    const child = this.#child;
    child?.kill('SIGKILL');
    if (child) await untilEnded(child);
  }

  /** Stops softly, then after a while hard. It is not started again. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (!child) return;
    // A process that was paused has to run to stop.
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), limits.systemStopTimeoutMs);
    await untilEnded(child);
    clearTimeout(timer);
  }

  /** Ends the process at once, for good. */
  abandon(): void {
    this.#isStopping = true;
    clearTimeout(this.#restart);
    this.#child?.kill('SIGKILL');
  }

  /** In a process group of its own, so that Ctrl-C in a terminal reaches the supervisor alone. */
  #start(): void {
    const { name, configFile, environment, log } = this.#options;
    const child = fork(program, ['serve', name, '--config', configFile], {
      env: environment(),
      execArgv: [`--max-semi-space-size=${youngHeapMb(name)}`],
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child = child;
    this.#waits.started();
    if (child.stderr) void log.keep(child.stderr);
    child.on('message', (message) => this.#receive(message as FromSystem));
    child.on('error', (error) => void log.append(`${error.message}\n`));
    void untilEnded(child).then(() => this.#ended());
  }

  #receive(message: FromSystem): void {
    if (message.kind === 'ready') this.#firstReady.resolve(message.announce);
    this.#options.onMessage(message);
  }

  #ended(): void {
    this.#child = null;
    if (this.#isStopping) return;
    this.#failedStarts += 1;
    if (this.#failedStarts >= limits.maxFailedSystemStarts) void this.#giveUpStarting();
    this.#restart = setTimeout(() => this.#start(), this.#waits.died());
    this.#options.onDeath();
  }

  /** Matters only before the first process was ready. */
  async #giveUpStarting(): Promise<void> {
    const { name, log } = this.#options;
    const reason = lastReason(await readFile(log.path, 'utf8').catch(() => ''));
    this.#firstReady.reject(new SystemStartError(`${name} does not start: ${reason} See ${log.path}.`));
  }
}

function untilEnded(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    // A program that cannot be run at all never exits.
    child.once('error', () => child.pid === undefined && resolve());
  });
}

/** What the last line of a log says, as short as it can be said. */
function lastReason(log: string): string {
  const line = log.trimEnd().split('\n').at(-1) ?? '';
  try {
    const { err, msg } = JSON.parse(line) as { err?: { message?: string }; msg?: string };
    return err?.message ?? msg ?? '';
  } catch {
    return line;
  }
}

import { MovableClock, type Clock } from '@postern/protocol';
import type { Logger } from './log.ts';

/** A system that has started. */
export interface Running {
  /** Said to the supervisor, for example `{ url }`. */
  announce: Readonly<Record<string, unknown>>;
  /** Stops softly: finishes what is under way, closes what is open. */
  stop(): Promise<void>;
}

/** What the supervisor sends to a system over the IPC channel. */
export interface ClockMoved {
  kind: 'clock';
  offsetMs: number;
}

/** What a system sends to its supervisor. */
export type SystemReport =
  { kind: 'ready'; announce: Readonly<Record<string, unknown>> } | { kind: 'clock-moved'; offsetMs: number };

const softStopLimitMs = 10_000;

/** Sends a report to the supervisor, if there is one. */
function report(message: SystemReport): void {
  if (process.connected) process.send?.(message);
}

/**
 * Runs one system as a whole process: starts it, tells the supervisor, follows its clock, and stops softly on
 * SIGTERM, SIGINT or when the supervisor is gone. A second signal, or ten seconds, stops hard.
 */
export async function runProcess(logger: Logger, start: (clock: Clock) => Promise<Running>): Promise<void> {
  const clock = new MovableClock(Number(process.env['POSTERN_CLOCK_OFFSET_MS'] ?? 0));
  process.on('message', ({ kind, offsetMs }: ClockMoved) => {
    if (kind !== 'clock') return;
    clock.setOffset(offsetMs);
    report({ kind: 'clock-moved', offsetMs: clock.offsetMs });
  });
  process.on('unhandledRejection', (error) => fail(logger, error));
  process.on('uncaughtException', (error) => fail(logger, error));
  // Before it has started there is nothing to stop softly.
  const abandon = () => process.exit(1);
  process.once('disconnect', abandon);
  const running = await start(clock).catch((error: unknown) => fail(logger, error));
  const stop = stopOnce(logger, running);
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.off('disconnect', abandon);
  process.on('disconnect', stop);
  report({ kind: 'ready', announce: running.announce });
}

function stopOnce(logger: Logger, running: Running): () => void {
  let stopping = false;
  return () => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), softStopLimitMs).unref();
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(logger, error),
    );
  };
}

function fail(logger: Logger, error: unknown): never {
  logger.fatal({ err: error }, 'the process ends: a promise inside it was broken');
  process.exit(1);
}

import { pino, stdTimeFunctions, type Logger as PinoLogger } from 'pino';
import { redact } from './redactor.ts';

/** A structured logger whose every line has passed the redactor. */
export type Logger = PinoLogger;

export interface LogOptions {
  /** Which system speaks, for example `transport`. */
  system: string;
  level?: string;
  /** Where lines go; standard error unless told. */
  write?: (line: string) => void;
}

/** Makes the logger of one process: JSON lines, ISO time, no process id, no host name. */
export function createLogger({ system, level = 'info', write }: LogOptions): Logger {
  const sink = write ?? ((line: string) => process.stderr.write(line));
  return pino(
    { level, base: { system }, timestamp: stdTimeFunctions.isoTime },
    {
      write(line: string) {
        sink(redact(line));
      },
    },
  );
}

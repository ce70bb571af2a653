import type { Ready } from '../instance/ready.ts';
import type { InstanceEvent } from '../supervisor/instance.ts';
import { peoplePrinter } from './people-printer.ts';

/** Says what happens while an instance runs. */
export interface Printer {
  readonly ready: (ready: Ready, dataDir: string) => void;
  readonly event: (event: InstanceEvent) => void;
  readonly stopping: () => void;
  readonly stopped: () => void;
}

export type Write = (text: string) => void;

/** For people, or with `json` one object per line for programs. */
export function createPrinter({ json, write }: { json: boolean; write: Write }): Printer {
  return json ? jsonPrinter(write) : peoplePrinter(write);
}

function jsonPrinter(write: Write): Printer {
  const line = (event: object) => write(`${JSON.stringify(event)}\n`);
  return {
    ready: (ready) => line(ready),
    event: (event) => line(event),
    stopping: () => line({ event: 'stopping' }),
    stopped: () => line({ event: 'stopped' }),
  };
}

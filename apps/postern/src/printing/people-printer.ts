import type { Ready } from '../instance/ready.ts';
import type { InstanceEvent } from '../supervisor/instance.ts';
import type { Printer, Write } from './printer.ts';
import { readyBlock } from './ready-block.ts';
import { webhookLines } from './webhook-lines.ts';

export function peoplePrinter(write: Write): Printer {
  let people: Ready['people'] = [];
  return {
    ready(ready, dataDir) {
      ({ people } = ready);
      write(readyBlock(ready, dataDir));
    },
    event: (event) => write(eventLines(event, people)),
    stopping: () => write('\nStopping softly; press Ctrl-C again to stop at once.\n'),
    stopped: () => write('Stopped.\n'),
  };
}

function eventLines(event: InstanceEvent, people: Ready['people']): string {
  switch (event.event) {
    case 'webhook':
      return webhookLines(event, people);
    case 'webhook-endpoint':
      return event.accepted
        ? `Webhooks go to ${event.url} from now on.\n`
        : `${event.url} does not take webhooks yet: ${event.message}\n` +
            '  It must answer GET with the hub.challenge when hub.verify_token is right. Tried again every few seconds.\n';
    default:
      return `${event.system} has ended and is started again.\n`;
  }
}

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Where the systems of one instance listen, all on the loopback address. */
export interface Ports {
  readonly cloudApi: number;
  readonly transport: number;
  readonly businessManager: number;
  readonly sandbox: number;
  /** The Cloud API by HTTPS. */
  readonly cloudApiHttps?: number;
}

/** Which port HTTPS wants: none, the one after the others, or this one. */
export type HttpsPort = null | 'next' | number;

/** A port that is needed belongs to another program. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

export const host = '127.0.0.1';

/** Below what Linux and macOS give to outgoing connections, so that a system which is restarted finds its port free. */
const freeRange = { from: 15_000, to: 29_000 };
const maxDraws = 100;

/** The ports from `first` on. With 0, some that are free. @throws PortTakenError */
export async function choosePorts(first: number, https: HttpsPort = null): Promise<Ports> {
  if (typeof https === 'number' && !(await isFree(https)))
    throw new PortTakenError(`Port ${https} is taken, or only root may use it. Choose another with --https-port.`);
  if (first === 0) return drawPorts(https);
  const ports = portsFrom(first, https);
  const [taken] = await listTakenPorts(ports);
  if (taken !== undefined)
    throw new PortTakenError(
      `Port ${taken} is taken by another program. Choose others with --port, or free ones with --port 0.`,
    );
  return ports;
}

/** Those of the ports on which nobody can listen now. */
export async function listTakenPorts(ports: Ports): Promise<number[]> {
  const checked = await Promise.all(Object.values(ports).map(async (port) => ({ port, free: await isFree(port) })));
  return checked.filter(({ free }) => !free).map(({ port }) => port);
}

export function portsFrom(first: number, https: HttpsPort = null): Ports {
  return {
    cloudApi: first,
    transport: first + 1,
    businessManager: first + 2,
    sandbox: first + 3,
    ...(https !== null && { cloudApiHttps: https === 'next' ? first + 4 : https }),
  };
}

async function drawPorts(https: HttpsPort): Promise<Ports> {
  for (let draw = 0; draw < maxDraws; draw += 1) {
    const ports = portsFrom(randomInt(freeRange.from, freeRange.to), https);
    if ((await listTakenPorts(ports)).length === 0) return ports;
  }
  throw new PortTakenError(`No free ports in a row were found between ${freeRange.from} and ${freeRange.to}.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

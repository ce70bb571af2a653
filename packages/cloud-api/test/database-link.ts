import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A network link to a database that a test can cut and mend. */
export interface Link {
  /** The database's URL by way of the link. */
  url: string;
  cut(): Promise<void>;
  mend(): Promise<void>;
}

/** Lays a link to a database that listens on a socket in a folder. */
export async function layLink(databaseUrl: string): Promise<Link> {
  const target = new URL(databaseUrl);
  const folder = target.searchParams.get('host') ?? decodeURIComponent(target.hostname);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(`${folder}/.s.PGSQL.${target.port || '5432'}`);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    near.pipe(far).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgres://${target.username}:${target.password}@127.0.0.1:${port}${target.pathname}`,
    async cut() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    async mend() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}

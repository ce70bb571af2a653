import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** What an operator puts in front of the Cloud API: it ends TLS, and passes everything on with where it came from. */
export class HttpsFront {
  readonly certificate: string;
  readonly #server: Server;

  private constructor(server: Server, certificate: string) {
    this.#server = server;
    this.certificate = certificate;
  }

  /** Writes a certificate of its own for `localhost` into the folder. */
  static async start({ target, dir }: { target: string; dir: string }): Promise<HttpsFront> {
    const [keyFile, certificateFile] = [join(dir, 'front-key.pem'), join(dir, 'front.pem')];
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const files = ['-keyout', keyFile, '-out', certificateFile];
    execFileSync('openssl', ['req', ...kind, ...name, ...files], { stdio: 'pipe' });
    const certificate = readFileSync(certificateFile, 'utf8');
    const server = createServer({ key: readFileSync(keyFile), cert: certificate }, (incoming, outgoing) =>
      passOn(target, incoming, outgoing),
    );
    server.listen(0, 'localhost');
    await once(server, 'listening');
    return new HttpsFront(server, certificate);
  }

  get url(): string {
    return `https://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

function passOn(target: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const headers = { ...incoming.headers, 'x-forwarded-proto': 'https' };
  const onward = forward(`${target}${incoming.url}`, { method: incoming.method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode!, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}

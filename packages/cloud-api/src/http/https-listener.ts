import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { limits } from '@postern/protocol';
import { ConfigError, type Logger } from '@postern/service';
import type { CloudApiConfig } from '../config.ts';
import { answerBrokenRequest } from './broken-request.ts';
import { closeIdleUntilClosed } from './soft-stop.ts';

interface HttpsSettings {
  readonly host: string;
  readonly port: number;
  /** PEM files: the certificate with those between it and its authority, and its key. */
  readonly certificateFile: string;
  readonly keyFile: string;
}

interface HttpsOptions extends HttpsSettings {
  readonly logger: Logger;
}

interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Reads how to listen for HTTPS; null when that is not set. @throws ConfigError when it is set by halves */
export function parseHttpsSettings(
  config: Pick<CloudApiConfig, 'host' | 'httpsPort' | 'httpsCertificateFile' | 'httpsKeyFile'>,
): HttpsSettings | null {
  const { host, httpsPort: port, httpsCertificateFile: certificateFile, httpsKeyFile: keyFile } = config;
  if (port === undefined && certificateFile === undefined && keyFile === undefined) return null;
  if (port === undefined || certificateFile === undefined || keyFile === undefined)
    throw new ConfigError(
      'The settings httpsPort, httpsCertificateFile and httpsKeyFile go together: set all or none.',
    );
  return { host, port, certificateFile, keyFile };
}

/** Answers by HTTPS what the HTTP server answers, with the same limits. Certificates that are renewed are taken by itself. */
export class HttpsListener {
  readonly #server: Server;
  readonly #options: HttpsOptions;
  readonly #timer: NodeJS.Timeout;
  #seen: Certificate;

  private constructor(app: FastifyInstance, options: HttpsOptions, certificate: Certificate) {
    this.#options = options;
    this.#seen = certificate;
    this.#server = openServer(app, certificate);
    this.#timer = setInterval(() => this.lookForRenewal(), limits.certificateLookMs).unref();
  }

  /** Starts listening beside an HTTP server that is ready. @throws ConfigError when certificate or key cannot be used */
  static async start(app: FastifyInstance, options: HttpsOptions): Promise<HttpsListener> {
    const listener = new HttpsListener(app, options, readCertificate(options));
    listener.#server.listen(options.port, options.host);
    await once(listener.#server, 'listening');
    return listener;
  }

  /** The base URL, with the port that was really taken. */
  get url(): string {
    const { host } = this.#options;
    const { port } = this.#server.address() as AddressInfo;
    return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  /** Takes the certificate that stands in the files now. One that cannot be used is logged, and the old one kept. */
  lookForRenewal(): void {
    const { logger } = this.#options;
    try {
      const found = readCertificate(this.#options);
      if (found.cert === this.#seen.cert && found.key === this.#seen.key) return;
      this.#seen = found;
      this.#server.setSecureContext(found);
      logger.info({}, 'a new certificate for HTTPS is used');
    } catch (error) {
      logger.error({ err: error }, 'the new certificate for HTTPS cannot be used');
    }
  }

  /** Answers what is under way, then closes. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    closeIdleUntilClosed(this.#server);
    await closed;
  }
}

function openServer(app: FastifyInstance, certificate: Certificate): Server {
  try {
    const server = createServer({ ...certificate, handshakeTimeout: limits.requestTimeoutMs }, (request, response) =>
      app.routing(request, response),
    );
    const { maxConnections, requestTimeout, headersTimeout, keepAliveTimeout } = app.server;
    Object.assign(server, { maxConnections, requestTimeout, headersTimeout, keepAliveTimeout });
    server.on('clientError', answerBrokenRequest);
    return server;
  } catch (error) {
    throw notUsable(error);
  }
}

function readCertificate({ certificateFile, keyFile }: HttpsOptions): Certificate {
  try {
    return { cert: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  } catch (error) {
    throw notUsable(error);
  }
}

function notUsable(cause: unknown): ConfigError {
  const sentence = 'The settings httpsCertificateFile and httpsKeyFile must be a certificate and its key, in PEM files';
  return new ConfigError(`${sentence}: ${(cause as Error).message}`, { cause });
}

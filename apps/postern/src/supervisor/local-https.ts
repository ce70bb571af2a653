import { limits, type Clock } from '@postern/protocol';
import type { Logger } from '@postern/service';
import type { LocalCertificates } from '../certificates/certificate-files.ts';

interface LocalHttpsOptions {
  readonly dir: string;
  readonly names: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps the certificate of this machine valid as long as the instance runs. The Cloud API takes a new one by itself. */
export class LocalHttps {
  readonly certificates: LocalCertificates;
  readonly #timer: NodeJS.Timeout;

  private constructor(certificates: LocalCertificates, renew: () => unknown, logger: Logger) {
    this.certificates = certificates;
    this.#timer = setInterval(() => {
      try {
        renew();
      } catch (error) {
        logger.error({ err: error }, 'the certificate for HTTPS cannot be renewed');
      }
    }, limits.certificateRenewalLookMs).unref();
  }

  /** Makes the certificates, or takes those that are there. */
  static async start({ logger, ...wish }: LocalHttpsOptions): Promise<LocalHttps> {
    // Who needs no HTTPS does not load the code for it.
    const { ensureLocalCertificates } = await import('../certificates/local-certificates.ts');
    return new LocalHttps(ensureLocalCertificates(wish), () => ensureLocalCertificates(wish), logger);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

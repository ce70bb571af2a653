import { limits } from '@postern/protocol';
import type { Secret } from '@postern/service';

/** Brings a code to the person who holds a phone number. */
export interface Verifier {
  /** @throws VerifierError when the code could not be handed over; trying again may help */
  deliver(code: { phoneNumber: string; code: string }): Promise<void>;
}

/** The verifier did not take the code. */
export class VerifierError extends Error {
  override readonly name = 'VerifierError';
  readonly retryable = true;
}

/**
 * A verifier behind HTTP, for example a gateway for text messages: `POST url {phoneNumber, code}` with a bearer
 * token, answered with any 2xx status.
 */
export function createHttpVerifier(options: { url: string; token: Secret }): Verifier {
  return {
    async deliver(code) {
      const response = await fetch(options.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${options.token.reveal()}` },
        body: JSON.stringify(code),
        redirect: 'error',
        signal: AbortSignal.timeout(limits.verifierTimeoutMs),
      }).catch((error: unknown) => {
        throw new VerifierError('The verifier does not answer.', { cause: error });
      });
      await response.body?.cancel();
      if (!response.ok) throw new VerifierError(`The verifier answered ${response.status}.`);
    },
  };
}

import { randomInt } from 'node:crypto';
import { EndpointUnreachableError, type EndpointAnswer, type EndpointFetcher } from './endpoint.ts';

/** The callback URL did not prove that it expects webhooks; the message says how. Nothing was changed. */
export class HandshakeFailedError extends Error {
  override readonly name = 'HandshakeFailedError';
  readonly retryable = true;
}

/** A URL with the token that it must be shown to prove itself. The token is not kept. */
export interface Callback {
  readonly url: string;
  readonly verifyToken: string;
}

/**
 * Asks a callback URL whether it expects webhooks (contract section 4.1).
 * @throws HandshakeFailedError | ForbiddenUrlError
 */
export async function shakeHands(fetcher: EndpointFetcher, { url, verifyToken }: Callback): Promise<void> {
  const challenge = String(randomInt(1_000_000_000, 10_000_000_000));
  const { status, body } = await ask(fetcher, url, {
    'hub.mode': 'subscribe',
    'hub.challenge': challenge,
    'hub.verify_token': verifyToken,
  });
  if (status !== 200) throw new HandshakeFailedError(`The callback URL answered ${status} instead of 200.`);
  if (body !== challenge) throw new HandshakeFailedError('The callback URL did not answer with the challenge.');
}

async function ask(
  fetcher: EndpointFetcher,
  url: string,
  parameters: Readonly<Record<string, string>>,
): Promise<EndpointAnswer> {
  try {
    return await fetcher.get(url, parameters);
  } catch (error) {
    if (!(error instanceof EndpointUnreachableError)) throw error;
    throw new HandshakeFailedError(`The callback URL did not answer (${error.reason}).`, { cause: error });
  }
}

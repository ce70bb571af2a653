import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AccessSource } from '../access/business-manager-client.ts';
import type { ActiveToken } from '../access/introspection.ts';
import { GraphError } from './graph-errors.ts';
import type { Parameters } from './parameters.ts';

interface Called {
  readonly caller: ActiveToken;
  readonly token: string;
  readonly parameters: Parameters;
}

/**
 * Checks `appsecret_proof`, the HMAC-SHA256 of the token under the app's secret, in hex: who has stolen a token alone cannot
 * make it. It is optional unless the app requires it.
 * @throws GraphError when it is wrong, or required and missing
 */
export async function requireProof(
  access: Pick<AccessSource, 'appSecret'>,
  { caller, token, parameters }: Called,
): Promise<void> {
  const proof = parameters.findText('appsecret_proof');
  if (proof === null) {
    if (caller.requiresSecretProof) throw missingProof();
    return;
  }
  const expected = createHmac('sha256', await access.appSecret(caller.appId))
    .update(token)
    .digest();
  if (!/^[0-9a-f]{64}$/i.test(proof) || !timingSafeEqual(Buffer.from(proof, 'hex'), expected)) throw wrongProof();
}

/** The same for a token that was not looked at yet; whether it is any good is for the operation to say. */
export async function requireProofAtRoot(
  access: Pick<AccessSource, 'appSecret' | 'introspect'>,
  token: string,
  parameters: Parameters,
): Promise<void> {
  const caller = await access.introspect(token, null);
  if (caller.active) await requireProof(access, { caller, token, parameters });
}

function missingProof(): GraphError {
  const message = 'API calls from the server require an appsecret_proof argument';
  return new GraphError(100, { message, type: 'GraphMethodException' });
}

function wrongProof(): GraphError {
  const message = 'Invalid appsecret_proof provided in the API argument';
  return new GraphError(100, { message, type: 'GraphMethodException' });
}

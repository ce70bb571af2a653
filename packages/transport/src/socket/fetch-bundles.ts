import { limits, type FetchBundles } from '@postern/protocol';
import { encodeAddress, parseAddress } from '../address.ts';
import type { KeyBundle } from '../keys/key-store.ts';
import type { Operations, Requester } from './operations.ts';
import { malformed, rateLimited, tooMany } from './request-error.ts';

/** Hands out a prekey bundle for each of the devices that exist. */
export async function fetchBundles(
  { keys }: Operations,
  { connection, answer }: Requester,
  request: FetchBundles,
): Promise<void> {
  const { address } = connection.getAttachment(request.attachment);
  if (request.devices.length > limits.maxBundlesPerFetch) throw tooMany('Fetch fewer bundles at once.');
  const targets = request.devices.map((wire) => {
    const target = parseAddress(wire);
    if (target === null) throw malformed('This is no account and device.');
    return target;
  });
  const result = await keys.fetch(address.accountId, targets);
  if ('retryAfterMs' in result) throw rateLimited(result.retryAfterMs);
  answer({ case: 'bundlesFetched', value: { bundles: result.bundles.map(encodeBundle) } });
}

function encodeBundle({ address, registrationId, identityKey, signed, kyber, oneTime }: KeyBundle) {
  const bundle = { device: encodeAddress(address), registrationId, identityKey, signed, kyber };
  return oneTime === null ? bundle : { ...bundle, oneTime };
}

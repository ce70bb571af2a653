import { limits, newAccountId, type DeviceId } from '@postern/protocol';
import {
  frank,
  generateDeviceKeys,
  generateKyberPrekey,
  generateSignedPrekey,
  PeerCache,
  publicIdentityKey,
  signedHalf,
  Stage,
  type SignalSource,
} from '@postern/signal';

const empty: SignalSource = {
  loadPeers: async () => [],
  findPrekey: async () => null,
  isBaseKeyUsed: async () => false,
};

/**
 * How many messages of this size libsignal encrypts per second on one core, with nothing stored and nothing
 * sent: the ceiling that everything else is measured against. Sessions are fresh and spread like the load's.
 */
export async function measureRawRate({
  contentBytes,
  peers,
  durationMs,
}: {
  contentBytes: number;
  peers: number;
  durationMs: number;
}): Promise<number> {
  const now = Date.now();
  const local = { accountId: newAccountId(), deviceId: 1 as DeviceId, keys: generateDeviceKeys() };
  const stage = await Stage.load(local, new PeerCache(empty, limits.maxCachedSessions), []);
  const names = Array.from({ length: peers }, () => ({ accountId: newAccountId(), deviceId: 1 as DeviceId }));
  for (const name of names) {
    const keys = generateDeviceKeys();
    const signed = signedHalf(generateSignedPrekey(keys, 1, now));
    const kyber = signedHalf(generateKyberPrekey(keys, 'kyber-last-resort', { id: 2, nowMs: now }));
    const bundle = {
      registrationId: keys.registrationId,
      identityKey: publicIdentityKey(keys),
      signed,
      kyber,
      oneTime: null,
    };
    const opened = await stage.openSession(name, bundle, now);
    if (opened !== 'opened') throw new Error('A session for the raw measurement did not open.');
  }
  const { padded } = frank(new Uint8Array(contentBytes));
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < durationMs) {
    for (const name of names) await stage.encrypt(name, padded, now);
    count += names.length;
  }
  return (count * 1000) / (performance.now() - start);
}

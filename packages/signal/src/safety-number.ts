import { Fingerprint, PublicKey } from '@signalapp/libsignal-client';
import { uuidToBytes, type AccountId } from '@postern/protocol';

interface Party {
  readonly accountId: AccountId;
  readonly identityKey: Uint8Array;
}

// The iteration count and version that Signal's clients use, so that the numbers mean the same.
const iterations = 5_200;
const version = 2;

/** The 60 digits two people compare; the same on both sides, other digits as soon as a key was swapped. */
export function safetyNumber(local: Party, remote: Party): string {
  const fingerprint = Fingerprint.new(
    iterations,
    version,
    Uint8Array.from(uuidToBytes(local.accountId)),
    PublicKey.deserialize(Uint8Array.from(local.identityKey)),
    Uint8Array.from(uuidToBytes(remote.accountId)),
    PublicKey.deserialize(Uint8Array.from(remote.identityKey)),
  );
  return fingerprint.displayableFingerprint().toString();
}

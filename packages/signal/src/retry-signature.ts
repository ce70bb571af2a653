import { PublicKey } from '@signalapp/libsignal-client';
import { uuidToBytes, type EnvelopeId } from '@postern/protocol';
import { identityKeyPairOf, type DeviceKeys, type DeviceName } from './device-keys.ts';

/** What a retry request says, and so what its signature covers. */
export interface RetryStatement {
  readonly requester: DeviceName;
  readonly sender: DeviceName;
  readonly envelopeId: EnvelopeId;
  readonly errorMessage: Uint8Array;
  readonly attempt: number;
}

const label = Buffer.from('postern retry request v1\0');

function statementBytes({
  requester,
  sender,
  envelopeId,
  errorMessage,
  attempt,
}: RetryStatement): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    Buffer.concat([
      label,
      uuidToBytes(requester.accountId),
      Buffer.from([requester.deviceId]),
      uuidToBytes(sender.accountId),
      Buffer.from([sender.deviceId]),
      uuidToBytes(envelopeId),
      Buffer.from([attempt]),
      errorMessage,
    ]),
  );
}

/** Signs with the identity key: the transport carries the ciphertext and could forge an unsigned request. */
export function signRetryRequest(keys: DeviceKeys, statement: RetryStatement): Uint8Array {
  return identityKeyPairOf(keys).privateKey.sign(statementBytes(statement));
}

/** Whether the peer with this identity key made the statement. */
export function verifyRetryRequest(identityKey: Uint8Array, statement: RetryStatement, signature: Uint8Array): boolean {
  try {
    return PublicKey.deserialize(Uint8Array.from(identityKey)).verify(
      statementBytes(statement),
      Uint8Array.from(signature),
    );
  } catch {
    return false;
  }
}

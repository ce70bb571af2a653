import { createHash, randomBytes } from 'node:crypto';
import { parseAccountId, parseDeviceId, type AccountId, type DeviceId, type PhoneNumber } from '@postern/protocol';
import {
  generateKyberPrekey,
  generateSignedPrekey,
  publicIdentityKey,
  type DeviceKeys,
  publishedHalfOf,
  type SignedPublicPrekey,
  type StoredPrekey,
} from '@postern/signal';
import { TransportUnavailableError } from './errors.ts';
import { callTransport } from './transport-call.ts';

/** What a device must keep before it registers; the same draft can be sent again after a lost answer. */
export interface RegistrationDraft {
  readonly keys: DeviceKeys;
  /** 32 bytes; the transport gets their hash. */
  readonly secret: Uint8Array;
  readonly prekeys: { readonly signed: StoredPrekey; readonly kyberLastResort: StoredPrekey };
}

/** Registration with the transport, over HTTP. */
export class Registrar {
  readonly #url: string;

  /** @param url the transport's base URL */
  constructor(url: string) {
    this.#url = url;
  }

  /** Has a code sent to the number. Returns the id of this registration. */
  async requestCode(phoneNumber: PhoneNumber): Promise<string> {
    const { registrationId } = await this.#call('POST', '/v1/registrations', { phoneNumber });
    if (typeof registrationId !== 'string')
      throw new TransportUnavailableError('The transport answered without a registration id.');
    return registrationId;
  }

  /** Shows that the code arrived. @throws TransportRefusedError when it is wrong or too late */
  async verifyCode(registrationId: string, code: string): Promise<void> {
    await this.#call('POST', `/v1/registrations/${encodeURIComponent(registrationId)}/code`, { code });
  }

  /** Makes the account. Any earlier account of the number is closed. Safe to repeat with the same draft. */
  async createAccount(
    registrationId: string,
    { keys, secret, prekeys }: RegistrationDraft,
  ): Promise<{ accountId: AccountId; deviceId: DeviceId }> {
    const answer = await this.#call('PUT', `/v1/registrations/${encodeURIComponent(registrationId)}/account`, {
      secretHash: createHash('sha256').update(secret).digest('hex'),
      registrationId: keys.registrationId,
      identityKey: base64(publicIdentityKey(keys)),
      signedPrekey: wirePrekey(publishedHalfOf(prekeys.signed)),
      kyberLastResort: wirePrekey(publishedHalfOf(prekeys.kyberLastResort)),
    });
    const accountId = parseAccountId(String(answer['accountId']));
    const deviceId = parseDeviceId(Number(answer['deviceId']));
    if (!accountId || !deviceId) throw new TransportUnavailableError('The transport answered without an account.');
    return { accountId, deviceId };
  }

  /** Closes the account: its secret is void, what waits for it is undeliverable. */
  async closeAccount(accountId: AccountId, secret: Uint8Array): Promise<void> {
    const authorization = `Bearer ${Buffer.from(secret).toString('base64url')}`;
    await callTransport(this.#url, { method: 'DELETE', path: `/v1/accounts/${accountId}`, authorization });
  }

  #call(method: 'POST' | 'PUT', path: string, body: object): Promise<Record<string, unknown>> {
    return callTransport(this.#url, { method, path, body });
  }
}

/** Makes what a device registers with: a fresh secret, a signed prekey and a last-resort Kyber prekey. */
export function draftRegistration(keys: DeviceKeys, nowMs: number): RegistrationDraft {
  const signed = generateSignedPrekey(keys, 1, nowMs);
  const lastResort = generateKyberPrekey(keys, 'kyber-last-resort', { id: 2, nowMs });
  return {
    keys,
    secret: randomBytes(32),
    prekeys: { signed: signed.stored, kyberLastResort: lastResort.stored },
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function wirePrekey({ id, publicKey, signature }: SignedPublicPrekey): {
  id: number;
  publicKey: string;
  signature: string;
} {
  return { id, publicKey: base64(publicKey), signature: base64(signature) };
}

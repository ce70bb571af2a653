import {
  accountIdFromBytes,
  envelopeIdFromBytes,
  parseDeviceId,
  parsePhoneNumber,
  RejectionReason,
  type AccountId,
  type Delivery,
  type DeviceId,
  type EnvelopeId,
  type PhoneNumber,
  type PrekeyCounts,
} from '@postern/protocol';
import type { DeviceName, PeerBundle, PublicPrekey, SignedPublicPrekey } from '@postern/signal';
import type { OutgoingEnvelope } from '../device/device-store.ts';
import { toWireDevice, toWireEnvelopes } from '../device/outgoing-codec.ts';
import { TransportUnavailableError, type TransportRefusedError } from '../errors.ts';
import type { TransportConnection } from './transport-connection.ts';

/** What proves to the transport that this is the device. */
export interface DeviceCredential extends DeviceName {
  /** 32 random bytes; the transport keeps their hash. */
  readonly secret: Uint8Array;
  /** How many deliveries may be unacknowledged at once. */
  readonly window: number;
}

/** What an attached device hears. None of these may throw. */
export interface AttachmentHandlers {
  onAttached(): void;
  onDeliveries(deliveries: readonly Delivery[]): void;
  onPrekeyCounts(counts: PrekeyCounts | undefined): void;
  onDrained?(): void;
  /** Another socket attached the same device; this one gets nothing more. */
  onReplaced(): void;
  /** The transport does not know this device, or not with this secret. */
  onRefused(error: TransportRefusedError): void;
}

export interface PrekeyUpload {
  oneTime?: readonly PublicPrekey[];
  kyberOneTime?: readonly SignedPublicPrekey[];
  signed?: SignedPublicPrekey;
  kyberLastResort?: SignedPublicPrekey;
  /** Whether the one-time prekeys that the transport has are void. */
  replacesOneTime?: boolean;
}

export interface FoundAccount {
  readonly phoneNumber: PhoneNumber;
  readonly accountId: AccountId;
  readonly deviceIds: readonly DeviceId[];
}

export interface EnvelopeRejection {
  readonly envelopeId: EnvelopeId;
  readonly reason: 'unknown-device' | 'mailbox-full';
}

/** The answer had a shape that the protocol does not allow. */
function unexpected(answer: string | undefined): never {
  throw new TransportUnavailableError(`The transport answered with ${answer ?? 'nothing'} out of turn.`);
}

/** One device's mailbox on a socket: the operations a device may ask for. All of them may throw {@link TransportUnavailableError}. */
export class Attachment {
  readonly credential: DeviceCredential;
  readonly handlers: AttachmentHandlers;
  readonly #connection: TransportConnection;
  /** The transport's name for it on the present socket; null while there is none. */
  number: number | null = null;

  constructor(connection: TransportConnection, credential: DeviceCredential, handlers: AttachmentHandlers) {
    this.#connection = connection;
    this.credential = credential;
    this.handlers = handlers;
  }

  get isAttached(): boolean {
    return this.number !== null;
  }

  /** Ends this attachment. */
  detach(): void {
    this.#connection.detach(this);
  }

  async findAccounts(phoneNumbers: readonly PhoneNumber[]): Promise<FoundAccount[]> {
    const value = { attachment: this.#attachedNumber(), phoneNumbers: [...phoneNumbers] };
    const answer = await this.#connection.request({ case: 'findAccounts', value });
    if (answer.case !== 'accountsFound') return unexpected(answer.case);
    return answer.value.accounts.flatMap((found) => {
      const phoneNumber = parsePhoneNumber(found.phoneNumber);
      const accountId = accountIdFromBytes(found.accountId);
      const deviceIds = found.deviceIds.map(parseDeviceId).filter((id) => id !== null);
      return phoneNumber && accountId && deviceIds.length > 0 ? [{ phoneNumber, accountId, deviceIds }] : [];
    });
  }

  /** The bundles of those devices that exist, in no order. */
  async fetchBundles(devices: readonly DeviceName[]): Promise<{ device: DeviceName; bundle: PeerBundle }[]> {
    const value = { attachment: this.#attachedNumber(), devices: devices.map(toWireDevice) };
    const answer = await this.#connection.request({ case: 'fetchBundles', value });
    if (answer.case !== 'bundlesFetched') return unexpected(answer.case);
    return answer.value.bundles.flatMap(({ device, registrationId, identityKey, signed, kyber, oneTime }) => {
      const accountId = device && accountIdFromBytes(device.accountId);
      const deviceId = device && parseDeviceId(device.deviceId);
      if (!accountId || !deviceId || !signed || !kyber) return [];
      return [
        {
          device: { accountId, deviceId },
          bundle: { registrationId, identityKey, signed, kyber, oneTime: oneTime ?? null },
        },
      ];
    });
  }

  async putPrekeys({
    oneTime = [],
    kyberOneTime = [],
    signed,
    kyberLastResort,
    replacesOneTime = false,
  }: PrekeyUpload): Promise<PrekeyCounts | undefined> {
    const value = {
      attachment: this.#attachedNumber(),
      oneTime: [...oneTime],
      kyberOneTime: [...kyberOneTime],
      ...(signed && { signed }),
      ...(kyberLastResort && { kyberLastResort }),
      replacesOneTime,
    };
    const answer = await this.#connection.request({ case: 'putPrekeys', value });
    return answer.case === 'prekeysStored' ? answer.value.prekeys : unexpected(answer.case);
  }

  /** Resolves when the batch is durable in the mailboxes, with those envelopes that are not. */
  async sendBatch(envelopes: readonly OutgoingEnvelope[]): Promise<EnvelopeRejection[]> {
    const value = { attachment: this.#attachedNumber(), envelopes: toWireEnvelopes(envelopes) };
    const answer = await this.#connection.request({ case: 'sendBatch', value });
    if (answer.case !== 'batchStored') return unexpected(answer.case);
    return answer.value.rejections.flatMap(({ envelopeId: bytes, reason }) => {
      const envelopeId = envelopeIdFromBytes(bytes);
      if (!envelopeId) return [];
      return [{ envelopeId, reason: reason === RejectionReason.MAILBOX_FULL ? 'mailbox-full' : 'unknown-device' }];
    });
  }

  /** Tells the transport to forget these deliveries. Lost while disconnected: they come again, and are recognised. */
  acknowledge({ positions, unreadable }: { positions: readonly bigint[]; unreadable: readonly bigint[] }): void {
    if (this.number === null) return;
    const value = { attachment: this.number, positions: [...positions], unreadablePositions: [...unreadable] };
    this.#connection.post({ case: 'acknowledge', value });
  }

  /** What asks the transport for this mailbox; for the connection. */
  attachRequest(): { accountId: Uint8Array; deviceId: number; secret: Uint8Array; window: number } {
    const { secret, window } = this.credential;
    return { ...toWireDevice(this.credential), secret, window };
  }

  /** The transport has opened the mailbox; for the connection. */
  attached(number: number, prekeys: PrekeyCounts | undefined): void {
    this.number = number;
    this.handlers.onAttached();
    this.handlers.onPrekeyCounts(prekeys);
  }

  /** The socket is gone; for the connection. */
  lost(): void {
    this.number = null;
  }

  /** The transport will not have this device; for the connection. */
  refused(error: TransportRefusedError): void {
    this.handlers.onRefused(error);
  }

  #attachedNumber(): number {
    if (this.number === null) throw new TransportUnavailableError('The device is not attached.');
    return this.number;
  }
}

import { EnvelopeType, limits, newEnvelopeId, type PhoneNumber } from '@postern/protocol';
import {
  deviceKey,
  frank,
  identityKeyHash,
  Stage,
  type DeviceName,
  type LocalDevice,
  type PeerBundle,
  type PeerCache,
} from '@postern/signal';
import type { Attachment } from '../connection/attachment.ts';
import type {
  EncryptedBatch,
  EncryptedItem,
  FailedItem,
  OutgoingEnvelope,
  QueuedItem,
  SendFailure,
} from './device-store.ts';
import { envelopeIdOf } from './envelope-id.ts';
import type { RecipientDirectory } from './recipient-directory.ts';

interface EncryptOptions {
  readonly queued: readonly QueuedItem[];
  readonly local: LocalDevice;
  readonly cache: PeerCache;
  readonly attachment: Attachment;
  readonly directory: RecipientDirectory;
  readonly now: number;
}

interface AddressedItem {
  readonly item: QueuedItem;
  readonly devices: readonly DeviceName[];
}

/**
 * Encrypts queued items in their order, on a stage: finds each recipient's devices, opens the sessions that
 * are missing, and makes one envelope per device. Writes nothing; what it returns is for one commit.
 * @throws TransportUnavailableError when the directory cannot be asked; then nothing has happened
 */
export async function encryptBatch(options: EncryptOptions): Promise<{ batch: EncryptedBatch; stage: Stage }> {
  const { queued, local, cache, now } = options;
  const addressed = await addressItems(options);
  const stage = await Stage.load(local, cache, uniqueDevices(addressed));
  const openings = await openSessions(options, stage, addressed);
  const items: EncryptedItem[] = [];
  const failed: FailedItem[] = [];
  for (const { item, devices } of addressed) {
    const failure = failureOf(item, devices, { openings, stage, now });
    if (failure) failed.push({ outboxId: item.outboxId, messageId: item.messageId, failure });
    else items.push({ outboxId: item.outboxId, envelopes: await encryptItem(item, devices, { stage, now }) });
  }
  if (addressed.length !== queued.length) throw new Error('An item was lost on the way.');
  return { batch: { changes: stage.changes(), items, failed }, stage };
}

async function addressItems({ queued, directory }: EncryptOptions): Promise<AddressedItem[]> {
  const numbers = queued.flatMap(({ to, failure }): PhoneNumber[] =>
    failure === null && 'phoneNumber' in to ? [to.phoneNumber] : [],
  );
  const known = await directory.find(numbers);
  return queued.map((item) => {
    const { to, onlyDevice, failure } = item;
    // What is only there to fail needs nobody's devices and no session.
    if (failure !== null) return { item, devices: [] };
    if ('accountId' in to) return { item, devices: [{ accountId: to.accountId, deviceId: onlyDevice ?? firstDevice }] };
    const devices = known.get(to.phoneNumber) ?? [];
    return { item, devices: devices.filter(({ deviceId }) => onlyDevice === null || deviceId === onlyDevice) };
  });
}

const firstDevice = 1 as DeviceName['deviceId'];

function uniqueDevices(addressed: readonly AddressedItem[]): DeviceName[] {
  return [
    ...new Map(
      addressed.flatMap(({ devices }) => devices.map((device) => [deviceKey(device), device] as const)),
    ).values(),
  ];
}

/** Opens what is missing; returns the failures by device. A retry always gets a fresh session. */
async function openSessions(
  { attachment, now }: EncryptOptions,
  stage: Stage,
  addressed: readonly AddressedItem[],
): Promise<ReadonlyMap<string, SendFailure>> {
  for (const { item, devices } of addressed) {
    if (item.attempt > 0) for (const device of devices) stage.archiveSession(device);
  }
  const missing = uniqueDevices(addressed).filter((device) => !stage.hasSession(device, now));
  const bundles = await fetchBundles(attachment, missing);
  const failures = new Map<string, SendFailure>();
  for (const device of missing) {
    const bundle = bundles.get(deviceKey(device));
    const opened = bundle ? await stage.openSession(device, bundle, now) : 'gone';
    if (opened !== 'opened') failures.set(deviceKey(device), openingFailures[opened]);
  }
  return failures;
}

const openingFailures = {
  gone: 'recipient-gone',
  'bad-bundle': 'bad-recipient-keys',
  'identity-changed': 'identity-changed',
} as const;

async function fetchBundles(attachment: Attachment, devices: readonly DeviceName[]): Promise<Map<string, PeerBundle>> {
  const bundles = new Map<string, PeerBundle>();
  for (let start = 0; start < devices.length; start += limits.maxBundlesPerFetch) {
    const slice = devices.slice(start, start + limits.maxBundlesPerFetch);
    for (const { device, bundle } of await attachment.fetchBundles(slice)) bundles.set(deviceKey(device), bundle);
  }
  return bundles;
}

function failureOf(
  item: QueuedItem,
  devices: readonly DeviceName[],
  { openings, stage, now }: { openings: ReadonlyMap<string, SendFailure>; stage: Stage; now: number },
): SendFailure | null {
  if (item.failure) return item.failure;
  if (item.expiresAtMs <= now) return 'expired';
  if (devices.length === 0) return 'unknown-recipient';
  for (const device of devices) {
    const failure = openings.get(deviceKey(device));
    if (failure) return failure;
  }
  const isExpected = devices.every((device) => hasIdentity(stage, device, item.identityKeyHash));
  return isExpected ? null : 'identity-mismatch';
}

function hasIdentity(stage: Stage, device: DeviceName, expected: string | null): boolean {
  if (expected === null) return true;
  const identityKey = stage.identityKeyOf(device);
  return identityKey !== null && identityKeyHash(identityKey) === expected;
}

async function encryptItem(
  { content, messageId, attempt, expiresAtMs }: QueuedItem,
  devices: readonly DeviceName[],
  { stage, now }: { stage: Stage; now: number },
): Promise<OutgoingEnvelope[]> {
  const { padded, commitment } = frank(content);
  const envelopes: OutgoingEnvelope[] = [];
  for (const recipient of devices) {
    const { kind, bytes } = await stage.encrypt(recipient, padded, now);
    const { deviceId } = recipient;
    envelopes.push({
      recipient,
      envelopeId: messageId ? envelopeIdOf({ messageId, attempt, deviceId }) : newEnvelopeId(),
      type: kind === 'message' ? EnvelopeType.MESSAGE : EnvelopeType.PREKEY_MESSAGE,
      ciphertext: bytes,
      commitment,
      expiresAtMs,
    });
  }
  return envelopes;
}

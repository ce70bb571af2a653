import {
  accountIdFromBytes,
  parseDeviceId,
  uuidToBytes,
  type AccountId,
  type DeviceAddress,
  type DeviceId,
} from '@postern/protocol';

/** One device of one account: the owner of one mailbox. */
export interface Address {
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
}

/** The address as one text, to look things up by. */
export function addressKey({ accountId, deviceId }: Address): string {
  return `${accountId}.${deviceId}`;
}

/** Reads an address from the wire; null when it is missing or malformed. */
export function parseAddress(wire: Pick<DeviceAddress, 'accountId' | 'deviceId'> | undefined): Address | null {
  if (wire === undefined) return null;
  const accountId = accountIdFromBytes(wire.accountId);
  const deviceId = parseDeviceId(wire.deviceId);
  return accountId === null || deviceId === null ? null : { accountId, deviceId };
}

/** The address as it travels. */
export function encodeAddress({ accountId, deviceId }: Address): { accountId: Uint8Array; deviceId: number } {
  return { accountId: uuidToBytes(accountId), deviceId };
}

/** Each address once, in the order of its first appearance. */
export function uniqueAddresses(addresses: Iterable<Address>): Address[] {
  const unique = new Map<string, Address>();
  for (const address of addresses) {
    const key = addressKey(address);
    if (!unique.has(key)) unique.set(key, address);
  }
  return [...unique.values()];
}

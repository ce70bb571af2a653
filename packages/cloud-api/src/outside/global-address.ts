import { BlockList, isIP } from 'node:net';

type Subnet = readonly [address: string, prefix: number];

// IANA IPv4 Special-Purpose Address Registry, what is not globally reachable; then multicast and reserved space.
const specialIpv4: readonly Subnet[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

// IANA IPv6 Special-Purpose Address Registry, inside global unicast: protocol assignments (Teredo among them),
// documentation, and 6to4, which can hide any IPv4 address.
const specialIpv6: readonly Subnet[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

// Two forms of IPv6 address hold an IPv4 address, which must then be global itself: mapped, and NAT64 (RFC 6052).
const ipv4Carriers = ['::ffff:', '64:ff9b::'] as const;

function makeBlockList(ipv4: readonly Subnet[], ipv6: readonly Subnet[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of ipv4) list.addSubnet(address, prefix, 'ipv4');
  for (const [address, prefix] of ipv6) list.addSubnet(address, prefix, 'ipv6');
  return list;
}

function carried([address, prefix]: Subnet): Subnet[] {
  return ipv4Carriers.map((carrier) => [carrier + address, 96 + prefix]);
}

const special = makeBlockList(specialIpv4, [...specialIpv6, ...specialIpv4.flatMap(carried)]);
const unicast = makeBlockList([['0.0.0.0', 0]], [['2000::', 3], ...carried(['0.0.0.0', 0])]);
const loopback = makeBlockList([['127.0.0.0', 8]], [['::1', 128]]);

function isIn(list: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

/** Whether this IP address can be reached from everywhere: no private, local, reserved or documentation space. */
export function isGlobalAddress(address: string): boolean {
  return isIn(unicast, address) && !isIn(special, address);
}

/** Whether this IP address is the machine itself: 127.0.0.0/8 or ::1. */
export function isLoopbackAddress(address: string): boolean {
  return isIn(loopback, address);
}

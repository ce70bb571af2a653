import { parseLabel, type KeyringChange } from '@postern/keyring';
import type { AuditEntry } from './audit-entry.ts';

/** What a change of the keyring is in the audit log: each key made or destroyed, and the root that was replaced. */
export function keyringEntries({ created, destroyed, generation }: KeyringChange): AuditEntry[] {
  return [
    ...created.map((name) => ({ kind: 'key-created' as const, ...describeKey(name) })),
    ...destroyed.map((name) => ({ kind: 'key-destroyed' as const, ...describeKey(name) })),
    ...(generation === null
      ? []
      : [{ kind: 'root-ratcheted' as const, details: { generation, destroyed: destroyed.length } }]),
  ];
}

type KeyDetails = Extract<AuditEntry, { kind: 'key-created' }>['details'];

/** A number's key is named by its number's id, which is an entry's own. */
function describeKey(name: string): { details: KeyDetails; phoneNumberId?: string } {
  const kind = name.slice(0, name.indexOf('/'));
  const rest = name.slice(kind.length + 1);
  if (kind === 'number') return { details: { key: 'number' }, phoneNumberId: rest };
  if (kind === 'time') {
    const { retentionHours, slot } = parseLabel(rest);
    return { details: { key: 'time', retention_hours: retentionHours, slot } };
  }
  const [shard = 0, version = 0] = rest.split('/').map(Number);
  return { details: { key: 'shard', shard, version } };
}

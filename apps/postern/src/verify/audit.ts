import { existsSync } from 'node:fs';
import { verifyLog, type LogVerification } from '@postern/audit-log';
import { verifyAuditTrail } from '@postern/cloud-api';
import { limits } from '@postern/protocol';
import { NotCheckableError, unless, type Check } from './check.ts';
import type { Site } from './site.ts';

/** The audit logs, and that they are kept up. */
export const auditChecks: readonly Check[] = [
  {
    statements: ['S14', 'S30'],
    what: 'the audit log of the Cloud API is whole, and its table says the same',
    async look(site) {
      const folder = findLog(site, 'cloud-api');
      if (!site.isRunning) return describe(await verifyLog(folder), '; the table was not compared');
      return describe(await verifyAuditTrail({ db: site.databaseOf('cloud-api'), folder }));
    },
  },
  {
    statements: ['S14'],
    what: 'the audit log of the Business Manager is whole',
    look: async (site) => describe(await verifyLog(findLog(site, 'business-manager'))),
  },
  {
    statements: ['S14'],
    what: 'what is to be accounted for gets into the audit logs',
    async look(site) {
      const beforeMs = site.nowMs - limits.verifySlackMs;
      const [waiting] = await site
        .databaseOf('cloud-api')
        .query<{ count: number }>('SELECT count(*) FROM audit_entries WHERE log_index IS NULL AND at_ms < $1', [
          beforeMs,
        ]);
      const [unplaced] = await site.databaseOf('business-manager').query<{ count: number }>(
        `SELECT count(*) FROM admin_log WHERE at_ms < $1
           AND NOT EXISTS (SELECT FROM admin_log_places WHERE admin_log_places.id = admin_log.id)`,
        [beforeMs],
      );
      const count = (waiting?.count ?? 0) + (unplaced?.count ?? 0);
      return unless(count > 0 ? [`${count} entries are not in their log yet`] : [], 'nothing waits for long');
    },
  },
  {
    statements: ['S14'],
    what: 'no sealed record was refused today as damaged or out of place',
    async look(site) {
      const today = Math.floor(site.nowMs / (24 * limits.hourMs));
      const rows = await site
        .databaseOf('cloud-api')
        .query<{ in_table: string; count: number }>('SELECT in_table, count FROM seal_refusals WHERE day = $1', [
          today,
        ]);
      return unless(
        rows.map(({ in_table: table, count }) => `${count} in ${table}`),
        'none',
      );
    },
  },
];

function findLog(site: Site, system: 'cloud-api' | 'business-manager'): string {
  const folder = site.settingOf(system, 'auditFolder');
  if (existsSync(folder)) return folder;
  throw new NotCheckableError(`${folder} is not on this machine, or nothing was logged yet`);
}

function describe({ size, problems }: LogVerification, besides = '') {
  return unless(problems.slice(0, limits.maxVerifyFindings), `${size} entries, hashes and signature right${besides}`);
}

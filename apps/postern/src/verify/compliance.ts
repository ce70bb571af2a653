import { readFileSync } from 'node:fs';
import { limits } from '@postern/protocol';
import { notChecked, ok, unless, type Check } from './check.ts';

/** What a business is promised besides: erasure, leaving, terms, sub-processors, the region. */
export const complianceChecks: readonly Check[] = [
  {
    statements: ['S30'],
    what: 'every erasure that was asked for is carried out',
    async look(site) {
      const [erasures] = await site.databaseOf('cloud-api').query<{ all: number; alive: number; unswept: number }>(
        `SELECT count(*) AS all,
           count(*) FILTER (WHERE keys_destroyed_at_ms IS NULL AND begun_at_ms < $1) AS alive,
           count(*) FILTER (WHERE done_at_ms IS NULL AND begun_at_ms < $1) AS unswept FROM erasures`,
        [site.nowMs - limits.verifySlackMs],
      );
      const { all = 0, alive = 0, unswept = 0 } = erasures ?? {};
      const problems = [
        ...(alive > 0 ? [`${alive} erasures have not destroyed their keys`] : []),
        ...(unswept > 0 ? [`${unswept} erasures have not removed their rows`] : []),
      ];
      return unless(problems, `${all} erasures, none hangs`);
    },
  },
  {
    statements: ['S29', 'S30'],
    what: 'the keys of numbers that left are destroyed within a day',
    async look(site) {
      const [leaving] = await site
        .databaseOf('cloud-api')
        .query<{ count: number }>('SELECT count(*) FROM numbers WHERE leaving_since_ms < $1', [
          site.nowMs - limits.leavingGraceMs - limits.verifySlackMs,
        ]);
      const count = leaving?.count ?? 0;
      return unless(count > 0 ? [`${count} numbers are still leaving`] : [], 'none is overdue');
    },
  },
  {
    statements: ['S30'],
    what: 'the list of sub-processors is declared',
    async look(site) {
      const file = site.configOf('cloud-api')['subProcessorsFile'];
      if (typeof file === 'string') readFileSync(file);
      const [list] = await site
        .databaseOf('cloud-api')
        .query<{ version: number; entries: unknown[] }>(
          'SELECT version, entries FROM sub_processor_versions ORDER BY version DESC LIMIT 1',
        );
      return unless(list ? [] : ['there is none'], `version ${list?.version}, ${list?.entries.length} sub-processors`);
    },
  },
  {
    statements: ['S12'],
    what: 'the businesses have accepted the terms of processing',
    async look(site) {
      const version = site.settingOf('cloud-api', 'termsVersion');
      const open = await site.databaseOf('cloud-api').query<{ waba_id: string }>(
        `SELECT DISTINCT waba_id FROM numbers n WHERE state = 'registered' AND NOT EXISTS (
           SELECT FROM accepted_terms t WHERE t.waba_id = n.waba_id AND t.version = $1)`,
        [version],
      );
      // That is for the businesses to do; the installation does nothing wrong.
      if (open.length === 0) return ok(`all have accepted ${version}`);
      return notChecked(`${open.length} business accounts have not accepted ${version} yet`);
    },
  },
  {
    statements: ['S27'],
    what: 'both halves of the Cloud API work for one region, with one keyring and one database',
    look(site) {
      const [one, other] = [site.configOf('cloud-api'), site.configOf('cloud-api-worker')];
      const shared = [
        'region',
        'databaseUrl',
        'keyringFolder',
        'keyringRootFolder',
        'auditFolder',
        'maxRetentionHours',
      ];
      const differing = shared.filter((name) => one[name] !== other[name]);
      return unless(
        differing.map((name) => `their ${name} differs`),
        `region ${site.settingOf('cloud-api', 'region')}`,
      );
    },
  },
];

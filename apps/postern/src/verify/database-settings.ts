import { databaseSystems } from '../instance/systems.ts';
import { unless, type Check } from './check.ts';

/**
 * Settings of PostgreSQL under which its log could quote what a statement carries, and the values that keep it from it.
 * They are read as the system's role sees them, so that ALTER ROLE and ALTER DATABASE count.
 */
const quietSettings: Readonly<Record<string, readonly string[]>> = {
  log_statement: ['none'],
  log_min_duration_statement: ['-1'],
  log_min_duration_sample: ['-1'],
  log_transaction_sample_rate: ['0'],
  log_parameter_max_length_on_error: ['0'],
  // With DETAIL lines, an error quotes rows.
  log_error_verbosity: ['terse'],
};

/** Whether PostgreSQL's own log stays free of content, numbers and tokens. */
export const databaseSettingsChecks: readonly Check[] = databaseSystems.map((system) => ({
  statements: system === 'cloud-api' ? ['S20', 'S21'] : ['S21'],
  what: `PostgreSQL logs no statement of ${system} and no value in one`,
  async look(site) {
    const db = site.databaseOf(system);
    const rows = await db.query<{ name: string; value: string | null }>(
      'SELECT name, current_setting(name, true) AS value FROM unnest($1::text[]) AS name',
      [Object.keys(quietSettings)],
    );
    const problems = rows.flatMap(({ name, value }) =>
      value === null || quietSettings[name]?.includes(value) ? [] : `${name} is ${value}`,
    );
    const [archive] = await db.query<{ archive_mode: string }>('SHOW archive_mode');
    const copies =
      archive?.archive_mode === 'off'
        ? 'the log of changes is not archived'
        : 'changes are archived: count them as backups';
    return unless(problems, `statement logging is off; ${copies}`);
  },
}));

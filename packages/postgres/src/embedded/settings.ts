import { join } from 'node:path';
import type { ClusterHome } from './cluster-home.ts';
import { replaceFile } from './durable-file.ts';

/** `none` loses what was written last when the machine fails: for tests only. */
export type Durability = 'full' | 'none';

export function settingsFile(home: ClusterHome): string {
  return join(home.folder, 'postgresql.conf');
}

/**
 * Writes the server's settings anew. They stand beside the cluster, where the account that runs it cannot write, and are
 * all there is: neither initdb's file nor ALTER SYSTEM adds to them. Nobody gets in without a password, nor over TCP.
 */
export async function writeSettings(home: ClusterHome, durability: Durability): Promise<void> {
  const accessFile = join(home.folder, 'pg_hba.conf');
  const settings = { ...fixedSettings, ...platformSettings(), ...durabilitySettings[durability], hba_file: accessFile };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`);
  await replaceFile(accessFile, 'local all all scram-sha-256\n', 0o644);
  await replaceFile(settingsFile(home), lines.join(''), 0o644);
}

const fixedSettings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  password_encryption: 'scram-sha-256',
  allow_alter_system: 'off',
  max_connections: '80',
  // Memory and processes for one machine that it shares with everything else.
  shared_buffers: '96MB',
  maintenance_work_mem: '32MB',
  huge_pages: 'off',
  io_method: 'sync',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  max_worker_processes: '4',
  max_logical_replication_workers: '0',
  // One server without replicas writes the least WAL, and checkpoints seldom.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '1GB',
  checkpoint_timeout: '15min',
  // Queue tables turn over all the time: small, frequent vacuums keep them small.
  autovacuum_naptime: '10s',
  autovacuum_max_workers: '2',
  autovacuum_worker_slots: '4',
  autovacuum_vacuum_scale_factor: '0.02',
  autovacuum_vacuum_threshold: '500',
  autovacuum_vacuum_insert_scale_factor: '0.05',
  autovacuum_analyze_scale_factor: '0.05',
  autovacuum_vacuum_cost_limit: '2000',
  // No content in logs. The text of an ERROR may quote a value (`invalid input syntax …`), so errors go to the client alone.
  log_destination: 'stderr',
  logging_collector: 'off',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_autovacuum_min_duration: '-1',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  log_connections: '',
  log_disconnections: 'off',
  log_line_prefix: '%m [%p] ',
  timezone: 'UTC',
  log_timezone: 'UTC',
  datestyle: 'iso, mdy',
  lc_messages: 'C',
  lc_monetary: 'C',
  lc_numeric: 'C',
  lc_time: 'C',
  default_text_search_config: 'pg_catalog.simple',
};

const durabilitySettings: Record<Durability, Record<string, string>> = {
  full: { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' },
  none: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
};

/** On macOS only this method reaches the disk and not merely its cache. */
function platformSettings(): Record<string, string> {
  return process.platform === 'darwin' ? { wal_sync_method: 'fsync_writethrough' } : {};
}

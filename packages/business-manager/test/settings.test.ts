import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '@postern/protocol';
import { ConfigError, createLogger, readConfig } from '@postern/service';
import { businessManagerConfig, startBusinessManager } from '../src/index.ts';
import { adminToken, masterKey, serviceToken } from './rig.ts';

const env = {
  BM_DATABASE_URL: 'postgres://business_manager@localhost/business_manager',
  BM_ADMIN_TOKEN: adminToken,
  BM_SERVICE_TOKEN: serviceToken,
  BM_MASTER_KEY: masterKey,
  BM_AUDIT_FOLDER: 'unused',
};
const read = (changes: Record<string, string> = {}) =>
  readConfig(businessManagerConfig, { prefix: 'BM_', env: { ...env, ...changes } });

test('without a word it listens on this machine alone, port 8702', () => {
  const { host, port } = read();
  assert.deepEqual({ host, port }, { host: '127.0.0.1', port: 8702 });
});

test('a setting that cannot be right is named at the start', () => {
  assert.throws(() => read({ BM_MASTER_KEY: 'abc' }), /masterKey/);
  assert.throws(() => read({ BM_ADMIN_TOKEN: 'short' }), /adminToken/);
});

test('one token for both the admin API and the service API is refused', async () => {
  const logger = createLogger({ system: 'test', write: () => undefined });
  const config = read({ BM_SERVICE_TOKEN: adminToken });
  await assert.rejects(startBusinessManager({ config, clock: systemClock, logger }), ConfigError);
});

test('an operator token that is the admin or the service token as well is refused', async () => {
  const logger = createLogger({ system: 'test', write: () => undefined });
  for (const token of [adminToken, serviceToken]) {
    const config = read({ BM_OPERATOR_TOKEN: token });
    await assert.rejects(startBusinessManager({ config, clock: systemClock, logger }), /operatorToken/);
  }
});

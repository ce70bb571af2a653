import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Type } from 'typebox';
import {
  checkTokensDiffer,
  ConfigError,
  createInternalHttp,
  createLogger,
  listen,
  readConfig,
  redact,
  requireBearer,
  Secret,
} from '../src/index.ts';

test('a log line never holds a phone number, a token, a wamid or a database password', () => {
  const lines: string[] = [];
  const logger = createLogger({ system: 'test', write: (line) => lines.push(line) });
  logger.info(
    { to: '+1 650 555 1234', url: '/v1?access_token=EAAabc', wamid: 'wamid.HBgLMTY1MA==' },
    'sent to 16505551234',
  );
  logger.error(
    { err: new Error('Bearer EAAxyzxyzxyzxyzxyz at postgres://cloud_api:hunter2@localhost/cloud_api') },
    'x',
  );
  const text = lines.join('');
  for (const leak of ['555', 'EAAabc', 'HBgL', 'hunter2', 'EAAxyz'])
    assert.ok(!text.includes(leak), `${leak} in ${text}`);
});

test('the redactor leaves ids, times and ports alone', () => {
  const line =
    '{"time":"2026-11-23T21:11:00.123Z","phoneNumberId":"106540352242922123","port":8700,"account":"5b3c5e0e-1111-4222-8333-123456789012"}';
  assert.equal(redact(line), line);
});

test('a secret prints as a mark', () => {
  const secret = new Secret('hunter2');
  assert.equal(`${inspect({ secret })} ${JSON.stringify({ secret })} ${String(secret)}`.includes('hunter2'), false);
  assert.equal(secret.reveal(), 'hunter2');
});

test('settings come from a file and the environment, which wins, and a missing one is named', () => {
  const schema = Type.Object({ databaseUrl: Type.String(), port: Type.Integer({ default: 8080 }) });
  const file = join(mkdtempSync(join(tmpdir(), 'postern-config-')), 'config.json');
  writeFileSync(file, JSON.stringify({ databaseUrl: 'postgres://a', port: 1 }));
  const config = readConfig(schema, { prefix: 'POSTERN_X_', env: { POSTERN_X_PORT: '9' }, file });
  assert.deepEqual(config, { databaseUrl: 'postgres://a', port: 9 });
  assert.throws(
    () => readConfig(schema, { prefix: 'POSTERN_X_', env: {} }),
    (error: Error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, /databaseUrl is missing.*POSTERN_X_DATABASE_URL/);
      return true;
    },
  );
});

test('an internal API refuses a wrong token and a body that is no JSON, and tells nothing of a failure inside', async () => {
  const app = createInternalHttp(createLogger({ system: 'test', write: () => undefined }));
  app.post('/things', (request) => {
    requireBearer(request, 'right');
    throw new Error('the secret inside');
  });
  const url = await listen(app, { host: '127.0.0.1', port: 0 });
  const post = (token: string, body: string) =>
    fetch(`${url}/things`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body,
    });
  assert.equal((await post('wrong', '{}')).status, 401);
  assert.equal((await post('right', '{')).status, 400);
  const failed = await post('right', '{}');
  assert.equal(failed.status, 500);
  assert.ok(!(await failed.text()).includes('secret inside'));
  await app.close();
});

test('two settings with one token are refused by name; a token that is not set is like no other', () => {
  checkTokensDiffer({ adminToken: 'one', serviceToken: 'two', operatorToken: undefined, inspectToken: undefined });
  checkTokensDiffer({ verifierToken: '', operatorToken: '' });
  assert.throws(() => checkTokensDiffer({ adminToken: 'one', serviceToken: 'two', operatorToken: 'one' }), {
    name: 'ConfigError',
    message: 'The settings adminToken and operatorToken must differ.',
  });
});

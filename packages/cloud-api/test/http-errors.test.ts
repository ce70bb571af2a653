import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { systemClock } from '@postern/protocol';
import { createLogger } from '@postern/service';
import type { AccessSource } from '../src/access/business-manager-client.ts';
import { createGraphHttp } from '../src/http/graph-http.ts';
import type { Services } from '../src/http/operation.ts';
import { OverloadedError } from '../src/messages/accept-queue.ts';

const phoneNumberId = '1234567890123456';
const introspect: AccessSource['introspect'] = async () => ({
  active: true,
  kind: 'system_user',
  appId: '1',
  appName: 'App',
  requiresSecretProof: false,
  businessId: '1',
  userId: '2',
  scopes: ['whatsapp_business_messaging'],
  wabaIds: ['1'],
  expiresAtMs: null,
  node: {
    kind: 'phone_number',
    id: phoneNumberId,
    phoneNumber: '15550100001' as never,
    verifiedName: 'Bank',
    wabaId: '1',
    businessId: '1',
    disablesMarketingOnCloudApi: false,
  },
});

/** Sends a message while the store behind it fails in this way. */
async function sendWhileFailing(context: TestContext, failure: unknown) {
  const services = {
    clock: systemClock,
    access: { introspect },
    numbers: {
      findSettings: async () => ({ retentionHours: 720, throughputLevel: 'STANDARD', checksIdentity: false }),
    },
    sending: { rates: null, refusedStatus: 400, allowsHighThroughput: false },
    acceptQueue: { acceptMessage: () => Promise.reject(failure) },
  } as unknown as Services;
  const logged: string[] = [];
  const logger = createLogger({ system: 'test', write: (line) => logged.push(line) });
  const app = createGraphHttp({ services, logger });
  context.after(() => app.close());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const body = JSON.stringify({ messaging_product: 'whatsapp', to: '16505551234', text: { body: 'Hello' } });
  const headers = { 'content-type': 'application/json', authorization: 'Bearer token' };
  const response = await fetch(`${url}/${phoneNumberId}/messages`, { method: 'POST', headers, body });
  const { error } = (await response.json()) as { error: { code: number; message: string; is_transient?: boolean } };
  return { status: response.status, error, log: logged.join('') };
}

test('an error that nobody expected is answered without a word of it, and logged by name and place only', async (context) => {
  const { status, error, log } = await sendWhileFailing(context, new RangeError('a secret text'));
  assert.deepEqual([status, error.code, error.message], [500, 1, '(#1) An unknown error occurred']);
  assert.match(log, /RangeError/);
  assert.match(log, /http-errors\.test\.ts/);
  assert.ok(!log.includes('a secret text'));
});

test('what is thrown that is no error is answered and logged too', async (context) => {
  const { status, error, log } = await sendWhileFailing(context, 'a secret text');
  assert.deepEqual([status, error.code], [500, 1]);
  assert.match(log, /a request failed/);
  assert.ok(!log.includes('a secret text'));
});

test('too many messages at once are refused as a passing trouble', async (context) => {
  const { status, error } = await sendWhileFailing(context, new OverloadedError('full'));
  assert.deepEqual([status, error.code, error.is_transient], [500, 131016, true]);
});

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { parseTrustedProxies } from '../src/http/trusted-proxies.ts';
import { startRig } from './http-rig.ts';

/** Lists numbers page by page through somebody who says to have ended TLS for `api.example`. Returns the next page's URL. */
async function nextPageThroughProxy(context: TestContext, trustedProxies?: string): Promise<URL> {
  const rig = await startRig(trustedProxies === undefined ? {} : { config: { trustedProxies } });
  context.after(() => rig.stop());
  await rig.addPhoneNumber(rig.bank.wabaId, 'Second desk');
  const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'api.example' };
  const { body } = await rig.graph('GET', `/v25.0/${rig.bank.wabaId}/phone_numbers?limit=1`, { headers });
  return new URL(body.paging.next!);
}

test('behind a proxy on this machine that ends TLS, URLs in answers are those of the proxy', async (context) => {
  assert.equal((await nextPageThroughProxy(context)).origin, 'https://api.example');
});

test('what somebody else says to have forwarded is not believed', async (context) => {
  const { protocol, hostname } = await nextPageThroughProxy(context, '10.0.0.0/8');
  assert.deepEqual([protocol, hostname], ['http:', '127.0.0.1']);
});

test('proxies are addresses, networks and names of networks', () => {
  assert.deepEqual(parseTrustedProxies(' loopback, 192.0.2.7,10.0.0.0/8 , 2001:db8::/32'), [
    'loopback',
    '192.0.2.7',
    '10.0.0.0/8',
    '2001:db8::/32',
  ]);
  assert.deepEqual(parseTrustedProxies(''), []);
  for (const wrong of ['proxy.example', '10.0.0.0/33', '10.0.0.0/8/8', '::1/129', 'loopback;uniquelocal', '10.0.0'])
    assert.throws(() => parseTrustedProxies(wrong), /trustedProxies/, wrong);
});

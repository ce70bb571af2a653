import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { assertError, startRig, type Answer, type Rig } from './http-rig.ts';

let rig: Rig;
before(async () => {
  rig = await startRig();
});
after(() => rig.stop());

function proofOf(token: string, secret = rig.bank.appSecret): string {
  return createHmac('sha256', secret).update(token).digest('hex');
}

function requireProof(isRequired: boolean) {
  return rig.admin('PUT', `/v1/apps/${rig.bank.appId}/secret-proof`, { isRequired });
}

function assertRefused(answer: Answer, message: RegExp): void {
  assertError(answer, 400, 100);
  assert.match(answer.body.error.message, message);
  assert.equal(answer.body.error.type, 'GraphMethodException');
}

test('a proof that the caller knows the secret of the app is checked wherever it stands', async () => {
  const { wabaId, token } = rig.bank;
  const path = `/${wabaId}/subscribed_apps`;
  const proof = proofOf(token);
  for (const right of [proof, proof.toUpperCase()])
    assert.equal((await rig.graph('GET', `/${wabaId}?appsecret_proof=${right}`)).status, 200);
  assert.equal((await rig.graph('POST', path, { body: { appsecret_proof: proof } })).status, 200);
  for (const wrong of [proofOf(`${token}x`), proofOf(token, 'a'.repeat(32)), proof.slice(2), 'x', `${proof}00`]) {
    assertRefused(await rig.graph('GET', `/${wabaId}?appsecret_proof=${wrong}`), /Invalid appsecret_proof/);
    assertRefused(await rig.graph('POST', path, { body: { appsecret_proof: wrong } }), /Invalid appsecret_proof/);
  }
});

test('an app that requires the proof is not acted for without it, and is again when it does so no more', async () => {
  const { wabaId, appId, appSecret } = rig.bank;
  await requireProof(true);
  const { token } = await rig.issueToken({});
  const ask = (query = '', batch?: object[]) => {
    const path = batch ? '/' : `/${wabaId}?fields=id${query}`;
    return rig.graph(batch ? 'POST' : 'GET', path, { token, ...(batch && { body: { batch } }) });
  };
  assertRefused(await ask(), /require an appsecret_proof/);
  assertRefused(await ask('', [{ relative_url: wabaId }]), /require an appsecret_proof/);
  assert.equal((await ask(`&appsecret_proof=${proofOf(token)}`)).status, 200);
  const appToken = `${appId}|${appSecret}`;
  assertRefused(await rig.graph('GET', `/${appId}/subscriptions`, { token: appToken }), /require an appsecret_proof/);
  const proven = `/${appId}/subscriptions?appsecret_proof=${proofOf(appToken)}`;
  assert.equal((await rig.graph('GET', proven, { token: appToken })).status, 200);

  await requireProof(false);
  const { token: another } = await rig.issueToken({});
  assert.equal((await rig.graph('GET', `/${wabaId}`, { token: another })).status, 200);
});

test('the proof of a batch counts for what acts with its token', async () => {
  const { wabaId, token } = rig.bank;
  const answer = await rig.graph('POST', '/', {
    body: {
      appsecret_proof: proofOf(token),
      include_headers: false,
      batch: [
        { relative_url: `${wabaId}?fields=id` },
        { relative_url: `${wabaId}?fields=id&appsecret_proof=${proofOf('x')}` },
      ],
    },
  });
  const codes = (answer.body as unknown as { code: number }[]).map(({ code }) => code);
  assert.deepEqual(codes, [200, 400]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layDatabaseLink, type DatabaseLink } from '../../../test/rigs/database-link.ts';
import { createBusinessSetup, startRig } from './rig.ts';

test('without its database it answers 503 and lives, and goes on when the database is back', async (context) => {
  let link: DatabaseLink | undefined;
  const rig = await startRig(async (url) => {
    link = await layDatabaseLink(url);
    return link.url;
  });
  context.after(async () => {
    await link?.cut();
    await rig.stop();
  });
  const bank = await createBusinessSetup(rig.admin, 'Bank');
  const introspect = () => rig.service('POST', '/v1/introspect', { token: bank.token, node: bank.wabaId });
  assert.equal((await introspect()).body.node?.id, bank.wabaId);

  await link?.cut();
  for (const answer of [await introspect(), await rig.admin('POST', '/v1/businesses', { name: 'Clinic' })]) {
    assert.equal(answer.status, 503);
    assert.equal(answer.body.error.code, 'unavailable');
  }
  assert.equal((await fetch(`${rig.url}/healthz`)).status, 200);

  await link?.mend();
  assert.equal((await introspect()).body.node?.id, bank.wabaId);
  assert.equal((await rig.admin('POST', '/v1/businesses', { name: 'Clinic' })).status, 201);
});

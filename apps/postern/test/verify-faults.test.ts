import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Rig, temporaryFolder } from './rig.ts';
import { asSuperuser, runVerify } from './verify-rig.ts';

const folder = temporaryFolder();
const { dir } = folder;
const at = (...names: string[]) => join(dir, ...names);
const inCloudApi = (...sql: string[]) => asSuperuser(dir, 'cloud_api', ...sql);

let rig: Rig;
before(async () => {
  rig = await Rig.start(dir);
  // There are messages and entries of the audit log from now on.
  assert.deepEqual((await runVerify('--data', dir)).problems, []);
});
after(async () => {
  await rig.stop();
  folder.remove();
});

const rootKey = () => globSync(at('keyring', 'root.*'))[0] ?? assert.fail('there is no root key');
const oldestTile = () => globSync(at('audit/cloud-api/tile/entries/000.p/*')).toSorted()[0] ?? assert.fail('no tile');
function flipLastBit(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(file, bytes);
}

const fortyDaysAgoS = Math.floor(Date.now() / 1000) - 40 * 86_400;

interface Fault {
  readonly name: string;
  readonly make: () => Promise<void> | void;
  readonly mend: () => Promise<void> | void;
  /** The statements that must be said to fail, and no others. */
  readonly fails: readonly string[];
  readonly said: RegExp;
  /** The program itself may put it right while it is looked for. */
  readonly isFleeting?: boolean;
}

const faults: readonly Fault[] = [
  {
    name: 'a root key that others can read',
    make: () => chmodSync(rootKey(), 0o644),
    mend: () => chmodSync(rootKey(), 0o600),
    fails: ['S29'],
    said: /others can get at .*root\./,
  },
  {
    name: 'a log that others can read',
    make: () => chmodSync(at('logs/supervisor.log'), 0o644),
    mend: () => chmodSync(at('logs/supervisor.log'), 0o600),
    fails: ['S13', 'S20'],
    said: /others can get at .*supervisor\.log/,
  },
  {
    name: 'keys of an older generation',
    make: () => writeFileSync(at('keyring/root.0'), 'old', { mode: 0o600 }),
    mend: () => rmSync(at('keyring/root.0')),
    fails: ['S28', 'S29'],
    said: /2 root keys/,
  },
  {
    name: 'messages granted to everybody',
    make: () => inCloudApi('GRANT SELECT ON messages TO PUBLIC'),
    mend: () => inCloudApi('REVOKE SELECT ON messages FROM PUBLIC'),
    fails: ['S13', 'S16', 'S20'],
    said: /PUBLIC has SELECT on table messages/,
  },
  {
    name: 'a column of the mailbox granted to another system',
    make: () => asSuperuser(dir, 'transport', 'GRANT SELECT (peer_account_id) ON mailbox TO business_manager'),
    mend: () => asSuperuser(dir, 'transport', 'REVOKE SELECT (peer_account_id) ON mailbox FROM business_manager'),
    fails: ['S21', 'S23'],
    said: /business_manager has SELECT on column mailbox\.peer_account_id/,
  },
  {
    name: 'a role with power',
    make: () => inCloudApi('ALTER ROLE business_manager CREATEROLE'),
    mend: () => inCloudApi('ALTER ROLE business_manager NOCREATEROLE'),
    fails: ['S14'],
    said: /business_manager has CREATEROLE/,
  },
  {
    name: 'statements that are logged',
    make: () => inCloudApi("ALTER DATABASE cloud_api SET log_statement = 'all'"),
    mend: () => inCloudApi('ALTER DATABASE cloud_api RESET log_statement'),
    fails: ['S20', 'S21'],
    said: /log_statement is all/,
  },
  {
    name: 'a message that is not sealed',
    make: () => inCloudApi("UPDATE messages SET sealed = convert_to(repeat('readable ', 20), 'UTF8')"),
    mend: () => inCloudApi("UPDATE messages SET sealed = '\\x01'::bytea || sha512('1') || sha512('2')"),
    fails: ['S16', 'S20', 'S28'],
    said: /values of messages\.sealed look readable/,
  },
  {
    name: 'a column that nobody declared',
    make: () => asSuperuser(dir, 'transport', 'ALTER TABLE mailbox ADD COLUMN note text'),
    mend: () => asSuperuser(dir, 'transport', 'ALTER TABLE mailbox DROP COLUMN note'),
    fails: ['S3', 'S9'],
    said: /mailbox\.note has no class/,
  },
  {
    name: 'a message from before the longest retention',
    make: () =>
      inCloudApi(
        'SET ROLE cloud_api',
        `SELECT ensure_message_partitions(${fortyDaysAgoS} / 86400, ${fortyDaysAgoS} / 86400)`,
        `INSERT INTO messages SELECT (jsonb_populate_record(m, '{"accepted_s": ${fortyDaysAgoS}}')).* FROM messages m LIMIT 1`,
      ),
    mend: () => inCloudApi(`DELETE FROM messages WHERE accepted_s = ${fortyDaysAgoS}`),
    fails: ['S5', 'S17', 'S28'],
    said: /1 rows should be gone/,
    isFleeting: true,
  },
  {
    name: 'a trace of somebody who was silent for long',
    make: () => inCloudApi("INSERT INTO subject_lookups VALUES ('1', 1, sha256('1'), gen_random_uuid())"),
    mend: () => inCloudApi('DELETE FROM subject_lookups WHERE hour = 1'),
    fails: ['S18'],
    said: /nothing in subject_lookups.* 1 rows should be gone/,
    isFleeting: true,
  },
  {
    name: 'days of statistics that are still counted',
    make: () => inCloudApi("INSERT INTO statistics_days VALUES (1, sha256('1'))"),
    mend: () => inCloudApi('DELETE FROM statistics_days WHERE day = 1'),
    fails: ['S22'],
    said: /1 days are still there/,
    isFleeting: true,
  },
  {
    name: 'an erasure that hangs',
    make: () =>
      inCloudApi("INSERT INTO erasures (receipt_id, waba_id, begun_at_ms) VALUES (gen_random_uuid(), '1', 1)"),
    mend: () => inCloudApi("DELETE FROM erasures WHERE waba_id = '1'"),
    fails: ['S30'],
    said: /1 erasures have not/,
    isFleeting: true,
  },
  {
    name: "a log with a person's number in it",
    make: () => appendFileSync(at('logs/supervisor.log'), `{"to":"${rig.ready.people[0]?.waId}"}\n`),
    mend: () => writeFileSync(at('logs/supervisor.log'), ''),
    fails: ['S21'],
    said: /it is in .*supervisor\.log/,
  },
  {
    name: 'an entry of the audit log that was changed',
    make: () => flipLastBit(oldestTile()),
    mend: () => flipLastBit(oldestTile()),
    fails: ['S14', 'S30'],
    said: /is not what the entries say/,
  },
];

for (const { name, make, mend, fails, said, isFleeting } of faults) {
  test(`it notices ${name}, and nothing else`, async () => {
    for (let tries = isFleeting ? 3 : 1; ; tries -= 1) {
      await make();
      const verified = runVerify('--data', dir);
      await Promise.allSettled([verified]);
      await mend();
      const { code, failed, problems } = await verified;
      if (failed.length === 0 && tries > 1) continue;
      assert.deepEqual(failed, fails, problems.join('\n'));
      assert.match(problems.join('\n'), said);
      assert.equal(code, 1);
      return;
    }
  });
}

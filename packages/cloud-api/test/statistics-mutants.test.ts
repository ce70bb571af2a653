import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { mutant, patchedEnvironment, type Patch } from '../../../test/patches/patch.ts';

interface Mutant {
  /** The promise that is broken. */
  readonly name: string;
  readonly patches: readonly Patch[];
  /** The test file that must notice it, and how the name of its test begins: plain words, without a sign that patterns read. */
  readonly file: string;
  readonly noticedBy: string;
}

const source = 'packages/cloud-api/src/statistics';
const noise = `${source}/noise.ts`;
const contributions = `${source}/contributions.ts`;
const release = `${source}/release-day.ts`;

const mutants: readonly Mutant[] = [
  {
    name: 'an event of probability e^-x is drawn with another one',
    patches: [mutant(noise, 'uniformBelow(denominator * k)', 'uniformBelow(denominator)')],
    file: 'statistics-noise.test.ts',
    noticedBy: 'an event of probability',
  },
  {
    name: 'zero is drawn twice as often',
    patches: [mutant(noise, '  if (isNegative && magnitude === 0n) return null;\n', '')],
    file: 'statistics-noise.test.ts',
    noticedBy: 'noise has exactly the probabilities',
  },
  {
    name: 'random integers are reduced instead of drawn again',
    patches: [mutant(noise, 'if (drawn < bound) return drawn;', 'return drawn % bound;')],
    file: 'statistics-noise.test.ts',
    noticedBy: 'secure integers stay below',
  },
  {
    name: 'the noise is for one message of a person instead of ten',
    patches: [mutant(`${source}/mechanism.ts`, 'BigInt(sensitivity) * epsilonUnit', 'epsilonUnit')],
    file: 'statistics-noise.test.ts',
    noticedBy: 'who compares a day',
  },
  {
    name: 'cells of few people are shown',
    patches: [mutant(`${source}/mechanism.ts`, 'people < limits.statisticsMinPeople || ', '')],
    file: 'statistics.test.ts',
    noticedBy: '49 people are too few',
  },
  {
    name: 'a person adds more than ten messages',
    patches: [
      mutant(
        contributions,
        'DO UPDATE SET cells = (c.cells || excluded.cells)[1:${limits.statisticsMessagesPerPerson}]',
        'DO UPDATE SET cells = c.cells || excluded.cells',
      ),
    ],
    file: 'statistics.test.ts',
    noticedBy: 'a person adds ten messages',
  },
  {
    name: 'a person counts in every cell that they come to',
    patches: [mutant(release, 'place <= $2)', 'place <= $2 + 9)')],
    file: 'statistics.test.ts',
    noticedBy: 'a person counts as a person in the first four',
  },
  {
    name: 'a day is released twice',
    patches: [
      mutant(release, 'VALUES ($1, $2, $3, $4, $5)', 'VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING'),
      mutant(
        release,
        "  into: 'released_statistics',\n",
        "  into: 'released_statistics',\n  suffix: 'ON CONFLICT DO NOTHING',\n",
      ),
    ],
    file: 'statistics.test.ts',
    noticedBy: 'a day cannot be released a second time',
  },
  {
    name: 'a day is released before what comes late is in',
    patches: [
      mutant(`${source}/statistics-release.ts`, 'limits.statisticsCountedHours * limits.hourMs', 'limits.hourMs'),
    ],
    file: 'statistics.test.ts',
    noticedBy: 'a day is released a day after its end',
  },
  {
    name: 'the salt outlives the release',
    patches: [
      mutant(release, 'DELETE FROM statistics_days WHERE day <= $1', 'DELETE FROM statistics_days WHERE day < $1'),
    ],
    file: 'statistics.test.ts',
    noticedBy: 'after the release the salt',
  },
  {
    name: 'the contributions outlive the release',
    patches: [
      mutant(
        release,
        'DELETE FROM statistics_contributions WHERE day <= $1',
        'DELETE FROM statistics_contributions WHERE day < $1',
      ),
    ],
    file: 'statistics.test.ts',
    noticedBy: 'after the release the salt',
  },
  {
    name: 'what comes after the release is counted',
    patches: [mutant(contributions, 'FROM v JOIN statistics_days d ON d.day = v.day\n', 'FROM v\n')],
    file: 'statistics.test.ts',
    noticedBy: 'what comes after its day was released',
  },
  {
    name: 'answers differ from time to time',
    patches: [
      mutant(
        `${source}/released-statistics.ts`,
        'messages, people FROM',
        'messages + (random() * 20)::integer AS messages, people FROM',
      ),
    ],
    file: 'statistics.test.ts',
    noticedBy: 'asking again and again',
  },
  {
    name: 'tokens can be made from the database alone',
    patches: [
      mutant(
        contributions,
        'const key = salt && combineKeys(await sealer.timeKey(lifetimeOf(day)), salt);',
        'const key = salt as unknown as KeyObject | null;',
      ),
    ],
    file: 'statistics.test.ts',
    noticedBy: 'a token is another one every day',
  },
  {
    name: 'a message is counted although it is not stored',
    patches: [
      mutant(
        'packages/cloud-api/src/messages/accept-queue.ts',
        'await today.record(tx, counted);',
        'await this.#options.db.transaction((other) => today.record(other, counted));',
      ),
    ],
    file: 'statistics-counting.test.ts',
    noticedBy: 'a message that is not stored',
  },
  {
    name: 'anybody sees the statistics',
    patches: [
      mutant('packages/cloud-api/src/http/operator-statistics.ts', 'requireBearer(request, operator.token);', ''),
    ],
    file: 'statistics-http.test.ts',
    noticedBy: 'nobody else sees them',
  },
];

for (const { name, patches, file, noticedBy } of mutants) {
  test(`it is noticed when ${name}`, () => {
    const { NODE_TEST_CONTEXT: _, ...base } = process.env;
    const path = fileURLToPath(new URL(`./${file}`, import.meta.url));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--test-reporter=tap', `--test-name-pattern=^${noticedBy}`, path],
      { env: patchedEnvironment(patches, base), encoding: 'utf8', timeout: 60_000 },
    );
    assert.equal(status, 1, stdout + stderr);
    assert.match(stdout, new RegExp(`^not ok \\d+ - ${noticedBy}`, 'm'));
    assert.match(stdout, /^# fail 1$/m);
    assert.match(stdout, /ERR_ASSERTION|violates check constraint/);
  });
}

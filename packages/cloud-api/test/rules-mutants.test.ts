import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mutant, type Patch } from '../../../test/patches/patch.ts';
import { runPatchedTest } from '../../../test/patches/patched-test.ts';

interface Mutant {
  /** The rule that is broken. */
  readonly broken: string;
  readonly patches: readonly Patch[];
  /** The test file that must notice it, from the root on, and how the name of its test begins. */
  readonly file: string;
  readonly noticedBy: string;
}

const rules = 'packages/cloud-api/src/rules';
const sending = 'packages/cloud-api/test/rules-sending.test.ts';
const root = new URL('../../../', import.meta.url);

const mutants: readonly Mutant[] = [
  {
    broken: 'the window stays open for two seconds too long',
    patches: [
      mutant(
        `${rules}/conversations.ts`,
        'lastInboundAtMs + limits.serviceWindowMs',
        'lastInboundAtMs + limits.serviceWindowMs + 2_000',
      ),
    ],
    file: sending,
    noticedBy: 'the window closes 24 hours after',
  },
  {
    broken: 'marketing goes to who stopped it',
    patches: [
      mutant(
        `${rules}/send-rules.ts`,
        "    if (isMarketing(category) && suppressions?.has('marketing')) return 'marketing-stopped';\n",
        '',
      ),
    ],
    file: sending,
    noticedBy: 'who stopped marketing',
  },
  {
    broken: 'who is blocked is written to',
    patches: [mutant(`${rules}/send-rules.ts`, "    if (suppressions?.has('blocked')) return 'blocked';\n", '')],
    file: sending,
    noticedBy: 'whom a business blocked',
  },
  {
    broken: 'who is blocked is heard',
    patches: [
      mutant(
        'packages/cloud-api/src/pump/blocked-senders.ts',
        'return events.filter(({ from }) => !blocked.has(from.phoneNumber));',
        'return events.filter(() => blocked.size >= 0);',
      ),
    ],
    file: sending,
    noticedBy: 'whom a business blocked',
  },
  {
    broken: 'a message for one identity goes to another',
    patches: [
      mutant(
        'packages/client/src/device/encrypt-batch.ts',
        "return isExpected ? null : 'identity-mismatch';",
        'return isExpected ? null : null;',
      ),
    ],
    file: sending,
    noticedBy: 'a message for one identity',
  },
  {
    broken: 'a person gets a message each millisecond',
    patches: [
      mutant(
        `${rules}/sending-rates.ts`,
        '{ intervalMs: limits.pairRateIntervalMs, nowMs }',
        '{ intervalMs: 1, nowMs }',
      ),
    ],
    file: 'packages/cloud-api/test/rate-limiter.test.ts',
    noticedBy: 'a person gets 45 messages at once',
  },
  {
    broken: 'one message less than the burst is let through',
    patches: [mutant(`${rules}/rate-limiter.ts`, '(this.#options.burst - 1)', '(this.#options.burst - 2)')],
    file: 'packages/cloud-api/test/rate-limiter.test.ts',
    noticedBy: 'a person gets 45 messages at once',
  },
  {
    broken: 'whom a portfolio begins to write to is not counted',
    patches: [
      mutant(`${rules}/first-contacts.ts`, '        if (!known.has(each.person)) room -= 1;\n', ''),
      mutant(`${rules}/first-contacts.ts`, '- (await countFirstContacts(tx, portfolioId, nowMs - dayMs))', ''),
    ],
    file: 'packages/cloud-api/test/rules-messaging-limit.test.ts',
    noticedBy: 'a portfolio begins to write',
  },
  {
    broken: 'what has expired is delivered',
    patches: [
      mutant(
        'packages/transport/src/mailbox/mailbox-store.ts',
        'position > $3 AND expires_at_ms > $4',
        'position > $3 AND $4::bigint > 0',
      ),
    ],
    file: 'packages/transport/test/mailbox.test.ts',
    noticedBy: 'what its sender gave less time',
  },
];

for (const { broken, patches, file, noticedBy } of mutants)
  test(`when ${broken}, a test notices`, () => {
    const pattern = `^${noticedBy}`;
    const { status, stdout } = runPatchedTest(new URL(file, root), { patches, pattern, reporter: 'tap' });
    assert.notEqual(status, 0, `nothing noticed that ${broken}`);
    assert.match(stdout, new RegExp(`^ *not ok \\d+ - ${noticedBy}`, 'm'), stdout);
    assert.match(stdout, /ERR_ASSERTION/, stdout);
  });

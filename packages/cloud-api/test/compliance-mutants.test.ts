import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mutant, type Patch } from '../../../test/patches/patch.ts';
import { runPatchedTest } from '../../../test/patches/patched-test.ts';

/** A promise that is broken, and the one test that has to notice. */
interface Mutant {
  readonly broken: string;
  readonly patch: Patch;
  readonly file: 'sub-processors' | 'sub-processor-notices' | 'compliance' | 'compliance-inventory';
  /** What its name begins with. */
  readonly test: string;
}

const source = 'packages/cloud-api/src/compliance';
const list = `${source}/sub-processor-list.ts`;
const versions = `${source}/sub-processors.ts`;
const lock = "      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('sub_processor_versions'))`);\n";

const mutants: readonly Mutant[] = [
  {
    broken: 'a new sub-processor needs no notice',
    patch: mutant(list, '< nowMs + limits.subProcessorNoticeMs)', '< nowMs)'),
    file: 'sub-processors',
    test: 'a new sub-processor is refused',
  },
  {
    broken: 'a change of what is in force needs no notice',
    patch: mutant(list, 'of [...added, ...changed]) {', 'of added) {'),
    file: 'sub-processors',
    test: 'a change of what is in force',
  },
  {
    broken: 'whoever is changed gets nothing until then',
    patch: mutant(list, 'nowMs, entries, standing };', 'nowMs, entries, standing: [] };'),
    file: 'sub-processors',
    test: 'what is in force stands',
  },
  {
    broken: 'a forgotten list is an empty one',
    patch: mutant(list, 'if (!given && previous && previous.entries.length > 0) throw forgotten(previous);', ''),
    file: 'sub-processors',
    test: 'a list that was forgotten',
  },
  {
    broken: 'processes that start at once do not wait for each other',
    patch: mutant(versions, lock, ''),
    file: 'sub-processors',
    test: 'several processes',
  },
  {
    broken: 'any version of the terms can be accepted',
    patch: mutant(`${source}/terms.ts`, 'if (version !== this.inForce.version) return false;', ''),
    file: 'sub-processors',
    test: 'the first acceptance',
  },
  {
    broken: 'an unchanged list is announced',
    patch: mutant(list, 'if (added.length + removed.length + changed.length === 0) return null;', ''),
    file: 'sub-processor-notices',
    test: 'the same list again',
  },
  {
    broken: 'a change is not announced',
    patch: mutant(versions, 'if (previous) await announce(tx, previous, next);', ''),
    file: 'compliance',
    test: 'a list that is declared at the next start',
  },
  {
    broken: 'the worker does not hear of announcements',
    patch: mutant(
      'packages/cloud-api/src/cloud-api-worker.ts',
      'await db.listen(accountEventsChannel, () => delivery.wakeAll());',
      '',
    ),
    file: 'compliance',
    test: 'a list that is declared at the next start',
  },
  {
    broken: 'an app is told what it did not subscribe to',
    patch: mutant(
      'packages/cloud-api/src/webhooks/opened-events.ts',
      'const wanted = events.filter((event) => target.versions.has(fieldOf(event)));',
      'const wanted = events;',
    ),
    file: 'sub-processor-notices',
    test: 'an app that unsubscribed',
  },
  {
    broken: 'a callback is shown with its secrets',
    patch: mutant(`${source}/business-declarations.ts`, 'URL.parse(url)?.hostname', 'URL.parse(url)?.href'),
    file: 'compliance',
    test: 'transfers name',
  },
  {
    broken: 'a description forgets a table',
    patch: mutant(`${source}/other-systems.ts`, "tables: ['devices', 'registrations'],", "tables: ['devices'],"),
    file: 'compliance-inventory',
    test: 'the record of processing describes every class of data of the transport',
  },
];

function run({ file, test: pattern }: Mutant, patches: readonly Patch[]) {
  return runPatchedTest(new URL(`./${file}.test.ts`, import.meta.url), { patches, pattern, reporter: 'spec' });
}

for (const each of mutants)
  test(`the tests notice that ${each.broken}`, () => {
    const { status, stdout } = run(each, [each.patch]);
    assert.match(stdout, new RegExp(`^ *✖ ${each.test}`, 'm'), stdout);
    assert.match(stdout, /^ℹ pass 0$/m, stdout);
    assert.equal(status, 1);
  });

test('what notices them passes when nothing is broken', () => {
  for (const each of new Map(mutants.map((one) => [`${one.file} ${one.test}`, one])).values()) {
    const { status, stdout } = run(each, []);
    assert.match(stdout, /^ℹ pass 1$/m, stdout);
    assert.equal(status, 0, stdout);
  }
});

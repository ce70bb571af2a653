import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mutant, type Patch } from '../../../test/patches/patch.ts';
import { runPatchedTest } from '../../../test/patches/patched-test.ts';

interface Mutant {
  /** The wall that has a hole. */
  readonly broken: string;
  readonly patches: readonly Patch[];
  readonly noticedBy: string;
}

const file = new URL('./tenant-isolation.test.ts', import.meta.url);

const mutants: readonly Mutant[] = [
  {
    broken: 'a template is found whoever asks for it',
    patches: [
      mutant(
        'packages/cloud-api/src/templates/templates.ts',
        'WHERE template_id = $1 AND waba_id = ANY($2)',
        'WHERE template_id = $1 AND $2::text[] IS NOT NULL',
      ),
    ],
    noticedBy: 'whatever a stranger does with an object of another business',
  },
  {
    broken: 'a token is described to the app of another business',
    patches: [
      mutant(
        'packages/business-manager/src/access/token-description.ts',
        'found?.appId === caller.appId ? found : { known: false }',
        'found ?? { known: false }',
      ),
    ],
    noticedBy: 'their token is described to a stranger',
  },
];

for (const { broken, patches, noticedBy } of mutants)
  test(`when ${broken}, a test notices`, () => {
    const { status, stdout } = runPatchedTest(file, { patches, pattern: `^${noticedBy}`, reporter: 'tap' });
    assert.notEqual(status, 0, `nothing noticed that ${broken}`);
    assert.match(stdout, new RegExp(`^ *not ok \\d+ - ${noticedBy}`, 'm'), stdout);
    assert.match(stdout, /ERR_ASSERTION/, stdout);
  });

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { mutant, patchedEnvironment, type Patch } from '../../../test/patches/patch.ts';

interface Mutant {
  /** The promise that is broken. */
  readonly name: string;
  readonly patch: Patch;
  /** How the name of the test that must notice it begins. */
  readonly noticedBy: string;
}

const source = 'apps/postern/src';
const folder = `${source}/person-export/export-folder.ts`;
const page = `${source}/person-export/person-page.ts`;

const mutants: readonly Mutant[] = [
  {
    name: 'values are markup on the page',
    patch: mutant(`${source}/person-export/markup.ts`, "entities[sign] ?? ''", 'sign'),
    noticedBy: 'whatever a value is',
  },
  {
    name: 'messages of two numbers stand together',
    patch: mutant(page, 'item.phone_number_id === this.#phoneNumberId ?', 'this.#phoneNumberId !== null ?'),
    noticedBy: 'the page has every message',
  },
  {
    name: 'the writer of a message is mistaken',
    patch: mutant(page, 'const isTheirs = message.from === person;', 'const isTheirs = message.to === person;'),
    noticedBy: 'the page has every message',
  },
  {
    name: 'others can read the files',
    patch: mutant(folder, "'wx', 0o600", "'wx', 0o644"),
    noticedBy: 'an export goes into an empty folder only',
  },
  {
    name: 'others can enter a folder that was there',
    patch: mutant(folder, '      chmodSync(root, 0o700);\n', ''),
    noticedBy: 'an export goes into an empty folder only',
  },
  {
    name: 'files are mixed with those that are there',
    patch: mutant(folder, 'readdirSync(root).length > 0', 'readdirSync(root).length > 100'),
    noticedBy: 'an export goes into an empty folder only',
  },
  {
    name: 'a link is written through',
    patch: mutant(folder, "'wx', 0o600", "'w', 0o600"),
    noticedBy: 'an export does not write through a link',
  },
  {
    name: 'half an export stays',
    patch: mutant(`${source}/commands/export.ts`, '    folder.remove();\n', ''),
    noticedBy: 'an export that cannot be finished',
  },
  {
    name: 'the same page is asked for without end',
    patch: mutant(`${source}/business/person-data.ts`, 'next !== undefined && next === after', 'next === null'),
    noticedBy: 'an export that cannot be finished',
  },
  {
    name: 'the token follows a redirect',
    patch: mutant(`${source}/business/graph-call.ts`, "redirect: 'error'", "redirect: 'follow'"),
    noticedBy: 'a redirect is not followed',
  },
  {
    name: 'anything typed confirms',
    patch: mutant(`${source}/cli/confirmation.ts`, "=== 'yes'", "!== ''"),
    noticedBy: 'only the word yes',
  },
  {
    name: 'an erasure does not wait for the answer',
    patch: mutant(`${source}/commands/erase.ts`, '!yes && !(await', 'yes && !(await'),
    noticedBy: 'who does not confirm',
  },
  {
    name: 'the token for somewhere else is shown to the sandbox',
    patch: mutant(
      `${source}/business/business-access.ts`,
      'token: accessToken };',
      "token: process.env['POSTERN_TOKEN'] ?? accessToken.slice(1) };",
    ),
    noticedBy: 'a token is taken from where',
  },
];

for (const { name, patch, noticedBy } of mutants) {
  test(`it is noticed when ${name}`, () => {
    const { NODE_TEST_CONTEXT: _, ...base } = process.env;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        '--test-reporter=tap',
        '--test-timeout=5000',
        `--test-name-pattern=^${noticedBy}`,
        fileURLToPath(new URL('./person-export.test.ts', import.meta.url)),
      ],
      { env: patchedEnvironment([patch], base), encoding: 'utf8', timeout: 30_000 },
    );
    assert.equal(status, 1, stdout + stderr);
    assert.match(stdout, new RegExp(`^not ok \\d+ - ${noticedBy}`, 'm'));
  });
}

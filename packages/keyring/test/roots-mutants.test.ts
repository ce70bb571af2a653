import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RootBackend } from '../src/roots/root-store.ts';
import { mutant, type Patch } from '../../../test/patches/patch.ts';
import { runPatchedTest } from '../../../test/patches/patched-test.ts';

/** A promise about root keys that is broken, and the one test that has to notice. */
interface Mutant {
  readonly broken: string;
  readonly patch: Patch;
  readonly file: 'roots' | 'token-roots';
  /** The kind of root keys, for a test that all kinds have. */
  readonly kind?: RootBackend;
  /** What its name begins with. */
  readonly test: string;
}

const src = 'packages/keyring/src';
const tokenRoots = `${src}/roots/token-roots.ts`;
const tokenSession = `${src}/roots/token-session.ts`;
const durableFile = `${src}/durable-file.ts`;

const neverLeaves = 'a root key never leaves the token';
const onlyAsItIs = 'what was wrapped opens only as it is';

const mutants: readonly Mutant[] = [
  {
    broken: 'the token gives its key away',
    patch: mutant(tokenRoots, 'CKA_EXTRACTABLE, value: false', 'CKA_EXTRACTABLE, value: true'),
    file: 'token-roots',
    test: neverLeaves,
  },
  {
    broken: 'whoever is not logged in sees the key',
    patch: mutant(tokenRoots, 'CKA_PRIVATE, value: true', 'CKA_PRIVATE, value: false'),
    file: 'token-roots',
    test: neverLeaves,
  },
  {
    broken: 'the token does not authenticate what a key is about',
    patch: mutant(tokenRoots, 'const aad = Buffer.from(about);', 'const aad = Buffer.alloc(about.length);'),
    file: 'roots',
    kind: 'pkcs11',
    test: onlyAsItIs,
  },
  {
    broken: 'the token keeps what it should destroy',
    patch: mutant(
      tokenRoots,
      '  destroy(generation: number): void {\n',
      '  destroy(generation: number): void {\n    if (generation) return;\n',
    ),
    file: 'roots',
    kind: 'pkcs11',
    test: 'a destroyed root key',
  },
  {
    broken: 'the token keeps the key that a crash left',
    patch: mutant(tokenRoots, '      this.#destroyAll(at, generation);\n      const', '      const'),
    file: 'roots',
    kind: 'pkcs11',
    test: 'a root key that a crash left behind',
  },
  {
    broken: 'a session that is logged out counts as good, and sees no keys',
    patch: mutant(tokenSession, '.state === userMayWrite', '.state > 0'),
    file: 'token-roots',
    test: 'a store whose session ended',
  },
  {
    broken: 'a refused PIN is tried until the token is locked',
    patch: mutant(tokenSession, '      this.#isPinRefused = true;\n', ''),
    file: 'token-roots',
    test: 'a PIN that was refused',
  },
  {
    broken: 'the first store to close takes the library from the others',
    patch: mutant(`${src}/roots/token-library.ts`, '    if (entry.users > 0) return;\n', ''),
    file: 'roots',
    kind: 'pkcs11',
    test: 'a store that closes',
  },
  {
    broken: 'everybody may read the root key',
    patch: mutant(durableFile, "openSync(draft, 'w', 0o600)", "openSync(draft, 'w', 0o644)"),
    file: 'roots',
    test: 'the files of the kind file',
  },
  {
    broken: 'everybody may look into the folder',
    patch: mutant(durableFile, 'mode: 0o700', 'mode: 0o755'),
    file: 'roots',
    test: 'the files of the kind file',
  },
  {
    broken: 'a destroyed file stays',
    patch: mutant(`${src}/roots/file-roots.ts`, '    destroyFile(this.#path(generation));\n', ''),
    file: 'roots',
    kind: 'file',
    test: 'a destroyed root key',
  },
  {
    broken: 'what does not authenticate is opened all the same',
    patch: mutant(`${src}/wrapped-secret.ts`, '    opened.fill(0);\n    return null;', '    return opened;'),
    file: 'roots',
    kind: 'file',
    test: onlyAsItIs,
  },
  {
    broken: 'a wrong passphrase counts as a key that is gone',
    patch: mutant(
      `${src}/roots/passphrase.ts`,
      "if (!secret) throw new KeyringLockedError('the passphrase does not open the root key of the keyring');",
      '',
    ),
    file: 'roots',
    test: 'a wrong passphrase',
  },
];

function run({ file, kind, test: name }: Mutant, patches: readonly Patch[]) {
  const pattern = kind ? `kind ${kind} ${name}` : name;
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
  for (const each of new Map(mutants.map((one) => [`${one.kind} ${one.test}`, one])).values()) {
    const { status, stdout } = run(each, []);
    assert.match(stdout, /^ℹ pass 1$/m, stdout);
    assert.equal(status, 0, stdout);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findComputedImports, findImports } from '../../scripts/imports.ts';

function specifiers(source: string): string[] {
  return findImports(source).map(({ specifier }) => specifier);
}

test('every form of naming a module is found', () => {
  const forms = [
    `import a from 'x';`,
    `import * as a from "x";`,
    `import type { A } from 'x';`,
    `import {\n  a,\n  b,\n} from 'x';`,
    `import 'x';`,
    `export * from 'x';`,
    `export { a } from 'x';`,
    `const a = await import('x');`,
    `type A = import('x').A;`,
    `const a = import(/* why */ 'x');`,
    `import a from /* why */ 'x';`,
    `const a = require('x');`,
    `import a from 'x' with { type: 'json' };`,
  ];
  for (const source of forms) assert.deepEqual(specifiers(source), ['x'], source);
});

test('a workspace and libsignal are found wherever they are quoted, but not in a comment line', () => {
  assert.deepEqual(specifiers(`load('@postern/signal')`), ['@postern/signal']);
  assert.deepEqual(specifiers('load(`@signalapp/libsignal-client`)'), ['@signalapp/libsignal-client']);
  assert.deepEqual(specifiers(`new URL('../../client/src/index.ts', import.meta.url)`), ['../../client/src/index.ts']);
  assert.deepEqual(specifiers(`// see '@postern/signal'\n/** '@postern/client' */\n * '@postern/client'`), []);
});

test('what only looks like an import is left alone', () => {
  assert.deepEqual(specifiers(`Buffer.from('x'); Array.from("y"); path.join('../z'); this.import('w');`), []);
});

test('the line is that of the name', () => {
  assert.deepEqual(findImports(`\n\nimport a from 'x';`), [{ specifier: 'x', line: 3 }]);
});

test('a name that is computed is found, a plain one is not', () => {
  assert.deepEqual(
    findComputedImports(`import(name);\nimport('a' + b);\nrequire(name);\nimport(\`\${name}\`);`),
    [1, 2, 3, 4],
  );
  assert.deepEqual(findComputedImports(`import('x');\nrequire("x");\nimport('x', { with: {} });\nload(name);`), []);
});

test('an import is found whatever stands before and after it', () => {
  const noise = fc.stringMatching(/^[a-z0-9 ;=(){}\n]*$/);
  fc.assert(
    fc.property(noise, noise, (before, after) => {
      assert.ok(specifiers(`${before}\nimport { a } from '@postern/signal';\n${after}`).includes('@postern/signal'));
    }),
  );
});

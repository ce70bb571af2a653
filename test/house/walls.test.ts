import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { TreeCopy } from './tree-copy.ts';

const copy = new TreeCopy();
after(() => copy.remove());

function check(gate: string, changes: Readonly<Record<string, string>> = {}): { ok: boolean; output: string } {
  return copy.run(['scripts/check.ts', gate], changes);
}

function assertRefused(gate: string, changes: Readonly<Record<string, string>>, complaint: string | RegExp): void {
  const { ok, output } = check(gate, changes);
  assert.equal(ok, false, `${gate} let it pass:\n${output}`);
  assert.ok(typeof complaint === 'string' ? output.includes(complaint) : complaint.test(output), output);
}

/** The text of a JSON file of the copy after a change. */
function edited(path: string, edit: (json: Record<string, Record<string, string>>) => void): string {
  const json = JSON.parse(copy.read(path)) as Record<string, Record<string, string>>;
  edit(json);
  return JSON.stringify(json, null, 2);
}

describe('the untouched tree passes', () => {
  for (const gate of ['walls', 'lint', 'types', 'format', 'dead', 'generated', 'proto', 'words', 'schema', 'api']) {
    test(`the gate "${gate}" passes`, () => {
      const { ok, output } = check(gate);
      assert.ok(ok, output);
    });
  }
});

describe('a forbidden import is refused in every form', () => {
  const intruder = 'packages/transport/src/mailbox/intruder.ts';
  const forms: readonly (readonly [title: string, file: string, source: string, complaint: string])[] = [
    [
      'the relay imports libsignal',
      intruder,
      `import { PrivateKey } from '@signalapp/libsignal-client';\nPrivateKey.generate();\n`,
      'intruder.ts:1: may not import @signalapp/libsignal-client',
    ],
    [
      'the relay imports one file of libsignal for its type only',
      intruder,
      `export type Key = import('@signalapp/libsignal-client/dist/EcKeys.js').PrivateKey;\n`,
      'intruder.ts:1: may not import @signalapp/libsignal-client',
    ],
    [
      'the relay loads libsignal when it runs',
      intruder,
      `export const load = () => import(\n  // later\n  "@signalapp/libsignal-client"\n);\n`,
      'intruder.ts:3: may not import @signalapp/libsignal-client',
    ],
    [
      'the relay loads libsignal with a require of its own',
      intruder,
      `import { createRequire } from 'node:module';\nexport const key: unknown = createRequire(import.meta.url)('@signalapp/libsignal-client');\n`,
      'intruder.ts:2: may not import @signalapp/libsignal-client',
    ],
    [
      'the relay imports the signal package',
      intruder,
      `export * from '@postern/signal';\n`,
      'intruder.ts:1: may not import @postern/signal',
    ],
    [
      "the relay's test imports the signal package",
      'packages/transport/test/intruder.test.ts',
      `import '@postern/signal';\n`,
      'intruder.test.ts:1: may not import @postern/signal',
    ],
    [
      'the Cloud API imports the transport',
      'packages/cloud-api/src/intruder.ts',
      `import type { startTransport } from '@postern/transport';\nexport type Start = typeof startTransport;\n`,
      'intruder.ts:1: may not import @postern/transport',
    ],
    [
      'the Cloud API imports libsignal past the signal package',
      'packages/cloud-api/src/intruder.ts',
      `import {\n  PrivateKey,\n} from '@signalapp/libsignal-client';\nPrivateKey.generate();\n`,
      'only @postern/signal does',
    ],
    [
      'the protocol imports anything internal',
      'packages/protocol/src/intruder.ts',
      `export { Secret } from '@postern/service';\n`,
      'intruder.ts:1: may not import @postern/service',
    ],
    [
      'a noun imports http',
      intruder,
      `import { routes } from '../http/routes.ts';\nexport const mine = routes;\n`,
      'is a noun and imports http',
    ],
    [
      'a package reaches into another by a relative path',
      'packages/service/src/intruder.ts',
      `export * from '../../protocol/src/ids.ts';\n`,
      'reaches out of its workspace',
    ],
    [
      'a worker is started from the file of another package',
      'packages/service/src/intruder.ts',
      `export const file = new URL('../../transport/src/index.ts', import.meta.url);\n`,
      'reaches out of its workspace',
    ],
    [
      'a package is imported past its entry',
      'packages/service/src/intruder.ts',
      `export * from '@postern/protocol/src/ids.ts';\n`,
      'is no entry of that package',
    ],
    [
      'program text imports what is for tests',
      intruder,
      `export * from '@postern/postgres/testing';\n`,
      'which is for tests',
    ],
    [
      'a module is loaded by a computed name',
      intruder,
      `export const load = (name: string) => import('@signal' + name);\n`,
      'intruder.ts:1: loads a module by a computed name',
    ],
  ];

  for (const [title, file, source, complaint] of forms) {
    test(title, () => assertRefused('walls', { [file]: source }, complaint));
  }

  test('the relay declares libsignal', () => {
    const path = 'packages/transport/package.json';
    const manifest = edited(path, (json) => {
      json['dependencies'] = { ...json['dependencies'], '@signalapp/libsignal-client': '0.103.0' };
    });
    assertRefused('walls', { [path]: manifest }, `${path}: may not depend on @signalapp/libsignal-client`);
  });

  test('a package imports one that it does not declare', () => {
    const path = 'packages/transport/package.json';
    const manifest = edited(path, (json) => delete json['dependencies']?.['@postern/protocol']);
    assertRefused('walls', { [path]: manifest }, 'its package.json does not declare');
  });

  test('a new workspace has no row in the table', () => {
    const changes = { 'packages/intruder/package.json': '{ "name": "@postern/intruder" }\n' };
    assertRefused('walls', changes, 'has no row for this workspace');
  });
});

describe('what the linter holds is refused', () => {
  test('two files import each other', () => {
    const changes = {
      'packages/service/src/one.ts': `import { other } from './nested/other.ts';\nexport const one = () => other();\n`,
      'packages/service/src/nested/other.ts': `import { one } from '../one.ts';\nexport const other = (): unknown => one;\n`,
    };
    assertRefused('lint', changes, /no-cycle/);
  });

  test('a file has 501 lines', () => {
    const lines = Array.from({ length: 501 }, (_, index) => `export const line${index} = ${index};\n`);
    assertRefused('lint', { 'packages/service/src/long.ts': lines.join('') }, /max-lines\)/);
  });

  test('a function has 71 lines, which only a test may have', () => {
    const lines = (count: number) =>
      `export function long(print: () => void): void {\n${'  print();\n'.repeat(count - 2)}}\n`;
    const changes = {
      'packages/service/src/past-the-wall.ts': lines(71),
      'packages/service/src/at-the-wall.ts': lines(70),
      'packages/service/test/past-the-wall.test.ts': lines(71),
    };
    const { ok, output } = check('lint', changes);
    assert.equal(ok, false);
    assert.match(output, /max-lines-per-function\)/);
    assert.match(output, /packages\/service\/src\/past-the-wall\.ts/);
    assert.doesNotMatch(output, /at-the-wall|service\/test\/past/);
  });

  test('a function has five parameters', () => {
    const source = `export const many = (a: number, b: number, c: number, d: number, e: number) => a + b + c + d + e;\n`;
    assertRefused('lint', { 'packages/service/src/many.ts': source }, /max-params/);
  });
});

describe('what is dead, stale, unfinished or wrong is refused', () => {
  test('nobody uses an export', () => {
    const source = copy.read('packages/protocol/src/ids.ts');
    const changes = { 'packages/protocol/src/ids.ts': `${source}\nexport const nobodyUsesMe = 1;\n` };
    assertRefused('dead', changes, 'nobodyUsesMe');
  });

  test('nobody imports a file', () => {
    assertRefused('dead', { 'packages/protocol/src/orphan.ts': 'export const orphan = 1;\n' }, 'orphan.ts');
  });

  test('nobody uses a dependency', () => {
    const path = 'packages/protocol/package.json';
    const manifest = edited(path, (json) => {
      json['dependencies'] = { ...json['dependencies'], ws: '8.23.0' };
    });
    assertRefused('dead', { [path]: manifest }, /Unused dependencies[\s\S]*\bws\b/);
  });

  test('the generated code is older than the proto files', () => {
    const path = 'packages/protocol/proto/postern/content/v1/content.proto';
    const proto = `${copy.read(path)}\nmessage Newer {\n  string text = 1;\n}\n`;
    assertRefused('generated', { [path]: proto }, 'content_pb.js: not what the proto files make');
  });

  test('the generated code was changed by hand', () => {
    const path = 'packages/protocol/src/generated/postern/content/v1/content_pb.js';
    assertRefused('generated', { [path]: `${copy.read(path)}\n` }, 'content_pb.js: not what the proto files make');
  });

  test('a proto file breaks the rules of buf', () => {
    const proto = 'syntax = "proto3";\npackage postern.loose.v1;\nmessage loose {\n  string Text = 1;\n}\n';
    assertRefused('proto', { 'packages/protocol/proto/postern/loose/v1/loose.proto': proto }, 'PascalCase');
  });

  test('a migration is not in the schema that is checked in', () => {
    const changes = { 'packages/transport/migrations/9999_newer.sql': 'CREATE TABLE newer (id bigint PRIMARY KEY);\n' };
    assertRefused('schema', changes, 'packages/transport/schema.sql: not what the migrations make');
  });

  describe('the compatibility table says what is not so', () => {
    const [cloudApi, conformance] = ['packages/cloud-api', 'packages/cloud-api/test/conformance'];

    test('an endpoint has no suite', () => {
      const path = `${conformance}/endpoint-suites.ts`;
      const changes = { [path]: copy.read(path).replace('  ...Object.values(template),\n', '') };
      assertRefused('api', changes, 'GET /{template}: no conformance suite has a request that is refused');
    });

    test('a test has another name', () => {
      const path = `${cloudApi}/test/http-graph.test.ts`;
      const changes = { [path]: copy.read(path).replace('a token may come as Bearer', 'a token comes as Bearer') };
      assertRefused('api', changes, 'has no test “a token may come as Bearer, as OAuth, or as a parameter”');
    });

    test('an operation is neither in the contract nor our own', () => {
      const path = `${cloudApi}/test/compatibility/contract-endpoints.ts`;
      const changes = { [path]: copy.read(path).replace("  ['GET /{template}', 'expected'],\n", '') };
      assertRefused('api', changes, 'GET /{template}: is not in contract-endpoints.ts');
    });

    test('what is built is said not to be', () => {
      const path = `${cloudApi}/src/contract/not-built.ts`;
      const entry = "{ kind: 'phone_number', edge: 'register', methods: ['POST'], what: calls },";
      const changes = { [path]: copy.read(path).replace('NotBuilt[] = [', `NotBuilt[] = [${entry}`) };
      assertRefused('api', changes, 'POST /{phone}/register: is built; take it out of not-built.ts');
    });

    test('a schema has changed, and the page has not', () => {
      const path = `${cloudApi}/src/http/endpoints/phone-number/deregister.ts`;
      const changes = { [path]: copy.read(path).replace('Takes the number out of service', 'Ends it') };
      assertRefused('api', changes, 'docs/reference/api.md: not what the schemas of the operations say');
    });
  });

  test('a type is wrong', () => {
    const changes = { 'packages/service/src/wrong.ts': `export const wrong: number = 'text';\n` };
    assertRefused('types', changes, 'wrong.ts(1,14): error TS2322');
  });

  test('a file is not formatted', () => {
    const changes = { 'packages/service/src/loose.ts': 'export const loose = {a:1}\n' };
    assertRefused('format', changes, 'loose.ts: not as Prettier writes it');
  });

  test('a mark of unfinished work', () => {
    const unfinished = ['TO', 'DO'].join('');
    const changes = { 'packages/service/src/later.ts': `// ${unfinished}: the rest\n` };
    assertRefused('words', changes, 'later.ts:1:');
  });

  test('a file or a folder is named for nothing', () => {
    assertRefused('words', { 'packages/service/src/utils.ts': '' }, '"utils" names no idea');
    assertRefused('words', { 'packages/service/src/helpers/time.ts': '' }, '"helpers" names no idea');
  });
});

describe('a gate that sees too little fails', () => {
  test('the linter is told to ignore everything', () => {
    const config = JSON.parse(copy.read('.oxlintrc.json')) as object;
    const blind = JSON.stringify({ ...config, ignorePatterns: ['packages/**'] });
    assertRefused('lint', { '.oxlintrc.json': blind }, 'see "ignorePatterns"');
  });

  test('the compiler is told to look at one folder', () => {
    const config = edited('tsconfig.json', (json) => Object.assign(json, { include: ['scripts'] }));
    assertRefused('types', { 'tsconfig.json': config }, 'tsc does not look at it');
  });

  test('the formatter is told to ignore everything', () => {
    assertRefused('format', { '.prettierignore': '*\n' }, 'this gate cannot tell anything');
  });

  test('the search for dead code is told to look at nothing', () => {
    const config = edited('knip.json', (json) => {
      json['workspaces'] = {};
      Object.assign(json, { ignoreWorkspaces: ['packages/*', 'apps/*'] });
    });
    assertRefused('dead', { 'knip.json': config }, 'see knip.json');
  });

  test('a gate that is not there is named', () => {
    assertRefused('nothing', {}, 'No gate is called nothing');
  });
});

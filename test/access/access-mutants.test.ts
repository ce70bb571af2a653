import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { mutant, patchedEnvironment, type Patch } from '../patches/patch.ts';
import type { TriedCell } from './breaches.ts';
import { setScene, type Scene } from './scene.ts';
import { tryAccess } from './trial.ts';

interface Mutant {
  /** The promise that is broken. */
  readonly name: string;
  readonly patch: Patch;
  /** Cells that must be found broken, as `role channel class`. */
  readonly breaks: readonly string[];
}

/** They break different cells, so that one program with all of them shows whether each is noticed. */
const mutants: readonly Mutant[] = [
  {
    name: 'the operator is granted the tables too',
    patch: mutant(
      'packages/postgres/src/reader-role.ts',
      "const readableSchema = 'operator';",
      "const readableSchema = 'operator, public';",
    ),
    breaks: [
      'operator sql cloud-api/sealed-content',
      'operator sql cloud-api/sealed-keys',
      'operator sql transport/phone-number',
      'operator sql transport/integrity',
      'operator sql business-manager/secret-hash',
    ],
  },
  {
    name: 'a request is logged with what it said',
    patch: mutant(
      'packages/cloud-api/src/http/request-log.ts',
      '    if (logger.isLevelEnabled(level)) {\n',
      "    if (request.body) logger.warn({ said: request.body }, 'a request');\n    if (logger.isLevelEnabled(level)) {\n",
    ),
    breaks: ['operator logs elsewhere/message-content', 'cloud-api logs elsewhere/message-content'],
  },
  {
    name: 'metrics are counted by recipient',
    patch: mutant(
      'packages/cloud-api/src/cloud-api.ts',
      'operationOf: ({ operationName }) => operationName,',
      "operationOf: ({ body }) => (body as { text?: string })?.text?.match(/1650[0-9]{7}/)?.[0] ?? 'none',",
    ),
    breaks: ['operator metrics transport/phone-number'],
  },
  {
    name: 'a token opens the accounts of every business',
    patch: mutant(
      'packages/business-manager/src/access/system-user-token.ts',
      'ON accounts.id = reach.waba_id\n',
      'ON accounts.id = coalesce(phone.waba_id, $2)\n',
    ),
    breaks: ['other-business http business-manager/business-information'],
  },
  {
    name: 'mailboxes can be inspected without a token',
    patch: mutant('packages/transport/src/http/inspect.ts', '      requireBearer(request, token);\n', ''),
    breaks: [
      'operator http transport/phone-number',
      'other-person http transport/content-ciphertext',
      'other-business http transport/integrity',
    ],
  },
];

describe('a program that breaks the access table', () => {
  let scene: Scene;
  let broken: string[] = [];

  before(async () => {
    scene = await setScene(patchedEnvironment(mutants.map(({ patch }) => patch)));
    broken = (await tryAccess(scene)).filter(({ breaches }) => breaches.length > 0).map(nameCell);
  });
  after(() => scene?.program.remove());

  for (const { name, breaks } of mutants) {
    it(`is noticed when ${name}`, () => {
      assert.deepEqual(
        breaks.filter((cell) => !broken.includes(cell)),
        [],
        `broken: ${broken.join('; ')}`,
      );
    });
  }
});

function nameCell({ role, channel, name }: TriedCell): string {
  return `${role} ${channel} ${name}`;
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { listEndpoints } from '../src/http/api-page/endpoints.ts';
import { describeApi, describeOpenApi } from '../src/http/api-page/index.ts';
import { describeLimits, describeShape } from '../src/http/api-page/notation.ts';
import { features } from './compatibility/features/index.ts';
import { findCompatibilityProblems } from './compatibility/index.ts';
import { assertAnswered, assertTaken } from './conformance/schema-check.ts';

type Paths = Record<string, Record<string, { operationId: string }>>;

test('the API page and the OpenAPI file have every endpoint, each under a name of its own', () => {
  const endpoints = listEndpoints();
  const page = describeApi();
  const { paths } = describeOpenApi() as { paths: Paths };
  for (const { method, path } of endpoints) {
    assert.ok(page.includes(`\n## ${method} ${path}\n`), `${method} ${path}`);
    assert.ok(paths[`/{version}${path}`]?.[method.toLowerCase()], `${method} ${path}`);
  }
  const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
  assert.equal(ids.length, endpoints.length);
  assert.equal(new Set(ids).size, ids.length);
});

test('a shape reads as a type of TypeScript, and its limits as words', () => {
  const word = Type.Enum(['a', 'b']);
  const shape = Type.Object({ id: Type.String(), words: Type.Optional(Type.Array(word)), n: Type.Integer() });
  assert.equal(describeShape(shape), '{id: string, words?: ("a" | "b")[], n: number}');
  assert.equal(
    describeShape(Type.Union([Type.Null(), Type.Record(Type.String(), Type.Boolean())])),
    'null | {[name]: boolean}',
  );
  assert.equal(describeLimits(Type.Integer({ minimum: 1, maximum: 3, description: 'So many.' })), '1 to 3; So many.');
  assert.equal(describeLimits(Type.Array(word, { maxItems: 2 })), 'at most 2 items');
});

test('the check of the conformance suites notices an answer and a request that a schema does not describe', () => {
  const endpoint = 'POST /{phone}/request_code';
  assertAnswered(endpoint, { success: true });
  assert.throws(() => assertAnswered(endpoint, { success: 'true' }), /said not to answer/);
  assert.throws(() => assertAnswered(endpoint, { success: true, id: '1' }), /said not to answer/);
  assert.throws(() => assertAnswered('POST /{phone}/no_such_edge', {}), /no endpoint/);
  assertTaken(endpoint, { query: { code_method: 'sms', access_token: 'x' }, form: { language: 'de' } });
  assert.throws(() => assertTaken(endpoint, { json: { code_method: 'PIGEON' } }), /said not to take/);
  assert.throws(() => assertTaken(endpoint, { json: { code_method: 'SMS', colour: 'red' } }), /said not to take/);
});

test('the check reads what comes as text: JSON text, digits, words between commas, flags', () => {
  const storage = { storage_configuration: '{"retention_minutes":"60","status":"default"}' };
  assertTaken('POST /{phone}/settings', { form: storage });
  assertTaken('POST /{waba}/upsert_message_templates', {
    query: { name: 'a', languages: 'de,en_US', category: 'authentication', components: '[{"type":"body"}]' },
  });
  assertTaken('GET /{phone}/settings', { query: { include_sip_credentials: '1' } });
  assert.throws(() => assertTaken('GET /{waba}/audit_log', { query: { limit: 'many' } }), /said not to take/);
});

test('the compatibility table notices a test that is not there', () => {
  const problems = findCompatibilityProblems(() => null);
  const lines = features.flatMap(({ rows }) => rows).filter(({ proofs }) => proofs.length > 0);
  for (const { what } of lines)
    assert.ok(
      problems.some((problem) => problem.startsWith(`${what}: `)),
      what,
    );
  const renamed = findCompatibilityProblems(() => "test('another sentence', () => {});");
  assert.ok(renamed.length >= lines.length);
});

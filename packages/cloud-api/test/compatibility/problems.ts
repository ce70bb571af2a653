import { listEndpoints } from '../../src/http/api-page/endpoints.ts';
import { endpointSuites } from '../conformance/endpoint-suites.ts';
import { suites as messageSuites } from '../conformance/suites.ts';
import { contractEndpoints } from './contract-endpoints.ts';
import { listEndpointRows, listNotBuilt, type EndpointRow } from './endpoint-rows.ts';
import { features } from './features/index.ts';
import type { Proof, Row } from './row.ts';

/** Gives the text of a file of tests; null when there is no such file. */
type ReadTests = (file: string) => string | null;

/** What is wrong with the table: it says too much, too little, or what nobody tests. */
export function findCompatibilityProblems(readTests: ReadTests): string[] {
  const { contract, own } = listEndpointRows();
  return [
    ...findUnlisted(),
    ...findContradictions(),
    ...[...contract, ...own].flatMap(findUntested),
    ...[...contract, ...own, ...features.flatMap(({ rows }) => rows)].flatMap((row) => findUnproved(row, readTests)),
  ];
}

/** Every operation stands in the contract or is Postern's own; what is not built is said to be. */
function findUnlisted(): string[] {
  const listed = new Set(contractEndpoints.map(([called]) => called));
  const problems = listEndpoints().flatMap(({ method, path, schema }) => {
    const called = `${method} ${path}`;
    if (listed.has(called) === !schema.isOwn) return [];
    return schema.isOwn
      ? [`${called}: is called Postern's own, and contract-endpoints.ts has it`]
      : [`${called}: is not in contract-endpoints.ts, and its schema does not say isOwn`];
  });
  const silent = listEndpointRows().contract.filter(({ status, how }) => status === 'not built' && how === '');
  return [...problems, ...silent.map(({ what }) => `${what}: is not built, and not-built.ts does not say so`)];
}

function findContradictions(): string[] {
  const built = new Set(listEndpoints().map(({ method, path }) => `${method} ${path}`));
  const listed = new Set(contractEndpoints.map(([called]) => called));
  const names = [...listNotBuilt().keys()];
  return [
    ...names.filter((called) => built.has(called)).map((called) => `${called}: is built; take it out of not-built.ts`),
    ...names
      .filter((called) => !listed.has(called))
      .map((called) => `${called}: contract-endpoints.ts has no such endpoint`),
    ...endpointSuites
      .filter(({ endpoint }) => !built.has(endpoint))
      .map(({ endpoint }) => `${endpoint}: has a suite and is no endpoint`),
  ];
}

function findUntested({ what, cases }: EndpointRow): string[] {
  if (cases === null) return [];
  return [
    ...(cases.accepted > 0 ? [] : [`${what}: no conformance suite has a request that is carried out`]),
    ...(cases.refused > 0 ? [] : [`${what}: no conformance suite has a request that is refused`]),
  ];
}

function findUnproved({ what, proofs }: Row, readTests: ReadTests): string[] {
  if (proofs.length === 0) return [`${what}: names no test`];
  return proofs
    .filter((proof) => !exists(proof, readTests))
    .map(({ file, name }) => `${what}: ${file} has no test “${name}”`);
}

/** A suite's test has the name of the suite in it. */
function exists({ file, name }: Proof, readTests: ReadTests): boolean {
  const text = readTests(file);
  if (text === null) return false;
  if (file.endsWith('conformance/messages.test.ts')) return name in messageSuites || name === 'POST /{phone}/messages';
  if (file.endsWith('conformance/endpoints.test.ts')) return endpointSuites.some(({ endpoint }) => endpoint === name);
  return text.replaceAll("\\'", "'").includes(name);
}

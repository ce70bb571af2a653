import { listEndpointRows, type EndpointRow } from './endpoint-rows.ts';
import { features } from './features/index.ts';
import type { Proof, Row, Status } from './row.ts';

const introduction = `# Compatibility

<!-- Made by \`npm run api\`: see packages/cloud-api/test/compatibility. -->

How Postern compares to the contract of the Cloud API: every endpoint that the contract has or that clients use beyond it,
and what is no endpoint. A gate holds this page to the programs: every operation has a line, every line that says
_supported_ or _differs_ has a test, and the test exists. **Cases** are the conformance cases of an endpoint, requests that
are carried out and requests that are refused, which are sent to the whole server; every answer among them is held against
the schema on the [page of endpoints](api.md). _Core_ endpoints are wanted by every client, _expected_ ones by ordinary
clients, _rare_ ones by few.

What is not built is answered with a Graph error: code 3 where the object exists, which says so in its details, otherwise
that of an unknown object.
`;

/** The compatibility table as a page. */
export function describeCompatibility(): string {
  const { contract, own } = listEndpointRows();
  const featureRows = features.flatMap(({ rows }) => rows);
  return [
    introduction,
    `Of ${contract.length} endpoints of the contract ${countOf(contract)}. Of ${featureRows.length} features ${countOf(featureRows)}.\n`,
    `## Endpoints of the contract\n\n${describeEndpoints(contract, true)}\n`,
    `## Endpoints of Postern's own\n\n${describeEndpoints(own, false)}\n`,
    ...features.map(({ title, rows }) => `## ${title}\n\n${describeFeatures(rows)}\n`),
  ].join('\n');
}

function countOf(rows: readonly Row[]): string {
  const count = (status: Status) => rows.filter((row) => row.status === status).length;
  return `${count('supported')} are supported, ${count('differs')} differ and ${count('not built')} are not built`;
}

/** One list item a line: a table would be written anew as a whole with every line that grows. */
function describeEndpoints(rows: readonly EndpointRow[], isContract: boolean): string {
  return rows
    .map(({ what, tier, status, how, cases, proofs }) => {
      const told = [
        `\`${what}\``,
        ...(isContract && tier !== null ? [tier] : []),
        describeStatus(status, how),
        cases === null ? describeProofs(proofs) : `cases: ${cases.accepted} carried out, ${cases.refused} refused`,
      ];
      return `- ${told.filter((each) => each !== '').join(' · ')}`;
    })
    .join('\n');
}

function describeFeatures(rows: readonly Row[]): string {
  return rows
    .map(({ what, status, how, proofs }) => {
      const told = [what, describeStatus(status, how), describeProofs(proofs)];
      return `- ${told.filter((each) => each !== '').join(' · ')}`;
    })
    .join('\n');
}

function describeStatus(status: Status, how: string | null): string {
  return how === null || how === '' ? `**${status}**` : `**${status}**: ${how}`;
}

/** Each file once, with the names of its tests. */
function describeProofs(proofs: readonly Proof[]): string {
  const files = new Map<string, string[]>();
  for (const { file, name } of proofs) files.set(file, [...(files.get(file) ?? []), name]);
  return [...files]
    .map(
      ([file, names]) => `[${file.split('/').at(-1)}](../../${file}): ${names.map((name) => `“${name}”`).join(', ')}`,
    )
    .join('; ');
}

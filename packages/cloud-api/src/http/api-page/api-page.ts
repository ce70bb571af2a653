import type { TSchema } from 'typebox';
import { listEndpoints, type Endpoint } from './endpoints.ts';
import { describeLimits, describeShape, membersOf } from './notation.ts';

const introduction = `# Endpoints

<!-- Made from the schemas of the operations by \`npm run api\`. -->

Everything that the Cloud API does by HTTP, with what each endpoint takes and answers; the same as OpenAPI 3.1 stands in
[openapi.json](openapi.json). How each compares to the contract stands in the [compatibility table](compatibility.md).

A path begins with a version, \`/v25.0\`, or without one. \`{phone}\`, \`{waba}\` and so on are ids. Parameters may come in the
query, as a form, as multipart/form-data or as JSON; in the first three, objects and lists are JSON text. Words such as
\`"SMS"\` may be written in any case. An explicit \`null\` is the same as nothing. What holds for every endpoint,
\`access_token\`, \`appsecret_proof\`, \`method\` and \`fields\` among it, stands on [a page of its own](graph.md). What nobody asks for
is ignored. Anything that is refused is answered with a Graph error.
`;

/** The API as a page: each endpoint with what it takes and answers. */
export function describeApi(): string {
  const endpoints = listEndpoints();
  const index = endpoints.map(({ method, path, schema }) => `- \`${method} ${path}\`: ${schema.summary}`);
  return `${introduction}\n${index.join('\n')}\n\n${endpoints.map(describeEndpoint).join('\n\n')}\n`;
}

function describeEndpoint({ method, path, permission, schema }: Endpoint): string {
  const { summary, differs, isOwn, takes, answers } = schema;
  const parts = [
    `## ${method} ${path}`,
    `${summary}.${permission === null ? '' : ` Permission: ${permission}.`}`,
    ...(isOwn ? ["Postern's own: the contract has nothing like it."] : []),
    ...(differs === undefined ? [] : [`Other than in the contract: ${differs}`]),
    ...describeParameters(takes),
    `Answers \`${describeShape(answers)}\``,
  ];
  return parts.join('\n\n');
}

function describeParameters(takes: TSchema): string[] {
  const rows = membersOf(takes).map(({ name, schema, isRequired }) => {
    const limits = describeLimits(schema).replaceAll('|', '\\|');
    return `| \`${name}\` | ${inCell(describeShape(schema))} | ${isRequired ? 'required' : ''} | ${limits} |`;
  });
  return rows.length === 0 ? [] : [['| parameter | | | |', '| --- | --- | --- | --- |', ...rows].join('\n')];
}

/** Code in a cell of a table, where a bar would end the cell. */
function inCell(shape: string): string {
  return `\`${shape.replaceAll('|', '\\|')}\``;
}

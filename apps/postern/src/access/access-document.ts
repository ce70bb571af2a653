import { channels, listRows, roles, type Cell, type Place } from './access-table.ts';
import { statements, type Statement } from './statements.ts';

const places: Readonly<Record<Place, string>> = {
  'cloud-api': "The Cloud API's database",
  transport: "The transport's database",
  'business-manager': "The Business Manager's database",
  elsewhere: 'Not in a database',
};

const introduction = `# Who reaches what

<!-- Made from apps/postern/src/access/access-table.ts by \`node scripts/access.ts\`. -->

Every column of every database has a class; the classes stand in each system's \`data-classes.ts\`. This table says which
role reaches a class, and by what:

- **sql**: the role's login to PostgreSQL. Each system has a role of its own, which can connect to its own database alone.
  The operator's role reads the views of the schema \`operator\`.
- **http**: every route, with all the tokens that the role has. For a business also what its webhook endpoint receives.
- **files**: the files of the role: the config file of a system, the keys of the Cloud API, the phone of a person.
- **logs**: a system's own log; for the operator every log.
- **metrics**: \`GET /operator/metrics\`.

A channel that stands in a cell is allowed, and a test reads by it. In brackets: allowed, though there need not be
anything. Whatever is not there is denied, and a test searches all that the role reaches by it for values of the class.
_Other_ businesses and people are those that have nothing to do with the message. The last column names the statements
below from which a line follows.

The Cloud API has content and phone numbers in the clear in its process only: no channel above shows them. What a role
could read in the memory of a process that it runs is not part of this table.
`;

/** The access table as a page: one table for each place, one line for each class. */
export function describeAccess(): string {
  const tables = (Object.keys(places) as Place[]).map((place) => `## ${places[place]}\n\n${describePlace(place)}`);
  return `${introduction}\n${tables.join('\n\n')}\n\n## Statements\n\n${describeStatements()}\n`;
}

function describeStatements(): string {
  const used = new Set(listRows().flatMap(({ row }) => row.statements));
  const names = (Object.keys(statements) as Statement[]).filter((name) => used.has(name));
  return alignTable([['', 'statement'], ...names.map((name) => [name, statements[name]])]);
}

function describePlace(place: Place): string {
  const rows = listRows().filter((each) => each.place === place);
  const lines = rows.map(({ dataClass, row }) => [
    dataClass,
    ...roles.map((role) => describeCell(row.cells[role])),
    row.statements.join(', '),
  ]);
  return alignTable([['class', ...roles.map((role) => role.replace('-', ' ')), 'from'], ...lines]);
}

function describeCell(cell: Cell): string {
  const read = channels.filter((channel) => cell[channel] === 'reads');
  const may = channels.filter((channel) => cell[channel] === 'may').map((channel) => `(${channel})`);
  return [...read, ...may].join(', ') || '–';
}

/** A Markdown table as the house's formatter writes it. */
function alignTable(lines: readonly (readonly string[])[]): string {
  const [head = []] = lines;
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const rule = widths.map((width) => '-'.repeat(width));
  const print = (line: readonly string[]) =>
    `| ${line.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [...lines.slice(0, 1), rule, ...lines.slice(1)].map(print).join('\n');
}

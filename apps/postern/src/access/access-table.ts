import type { DataClass as BusinessManagerClass } from '@postern/business-manager/data-classes';
import type { DataClass as CloudApiClass } from '@postern/cloud-api/data-classes';
import type { DataClass as TransportClass } from '@postern/transport/data-classes';
import type { Statement } from './statements.ts';

/** Who may want to see something. "Other" stands for a business or a person that has nothing to do with it. */
export const roles = [
  'cloud-api',
  'transport',
  'business-manager',
  'operator',
  'business',
  'other-business',
  'person',
  'other-person',
] as const;
export type Role = (typeof roles)[number];

/**
 * By what: the role's login to PostgreSQL, HTTP with all its tokens (for a business, also what its webhook endpoint gets),
 * the files that are its own, the logs that it may read, and `/operator/metrics`.
 */
export const channels = ['sql', 'http', 'files', 'logs', 'metrics'] as const;
export type Channel = (typeof channels)[number];

/**
 * `reads`: allowed, and tested to work. `may`: allowed, and need not be there. `no`: denied, and nothing of the class is
 * in all that the role reaches by the channel.
 */
export type Verdict = 'reads' | 'may' | 'no';
export type Cell = Readonly<Record<Channel, Verdict>>;

/** One class of data: the statements that its row follows from, and a cell for each role. */
export interface Row {
  readonly statements: readonly Statement[];
  readonly cells: Readonly<Record<Role, Cell>>;
}

/** A channel that is named nowhere is denied. */
function cell(reads: readonly Channel[], may: readonly Channel[] = []): Cell {
  const verdict = (channel: Channel): Verdict => {
    if (reads.includes(channel)) return 'reads';
    return may.includes(channel) ? 'may' : 'no';
  };
  return Object.fromEntries(channels.map((channel) => [channel, verdict(channel)])) as Cell;
}

/** One cell for each role, in the order of {@link roles}: a row with a cell too few or too many does not compile. */
type Cells = CellFor<typeof roles>;
type CellFor<Each extends readonly Role[]> = { readonly [Index in keyof Each]: Cell };

function row(statements: readonly Statement[], cells: Cells): Row {
  return { statements, cells: Object.fromEntries(roles.map((role, index) => [role, cells[index]])) as Row['cells'] };
}

const no = cell([]);
const sql = cell(['sql']);
const http = cell(['http']);
const files = cell(['files']);
const sqlHttp = cell(['sql', 'http']);
const sqlMetrics = cell(['sql', 'metrics']);
const maySql = cell([], ['sql']);
const mayHttp = cell([], ['http']);
const mayFiles = cell([], ['files']);
const mayLogs = cell([], ['logs']);
/** What the Cloud API keeps of its own media is the file that it has sent. */
const maySqlFiles = cell([], ['sql', 'files']);
const sqlHttpFiles = cell(['sql', 'http', 'files']);
const maySqlHttp = cell([], ['sql', 'http']);
/** The audit log of a system is among its files. */
const sqlMayLogsFiles = cell(['sql'], ['logs', 'files']);
const sqlHttpMayLogsFiles = cell(['sql', 'http'], ['logs', 'files']);

/** What is not a column: it lives in processes, files and at the two ends. */
export type ElsewhereClass = 'message-content' | 'private-keys' | 'business-credentials' | 'figures';

// The columns: cloud-api, transport, business-manager, operator, business, other-business, person, other-person.

/** Columns of the Cloud API's database. */
const cloudApi: Readonly<Record<CloudApiClass, Row>> = {
  'sealed-content': row(['S16', 'S20', 'S28'], [sql, no, no, no, no, no, no, no]),
  'sealed-keys': row(['S29'], [sql, no, no, no, no, no, no, no]),
  'content-ciphertext': row(['S8', 'S19'], [maySql, maySqlHttp, no, no, no, no, no, no]),
  account: row(['S18', 'S21'], [sql, sqlHttp, no, no, no, no, mayFiles, no]),
  'business-information': row(
    ['S15', 'S24'],
    [sqlHttpMayLogsFiles, maySqlHttp, sqlHttpMayLogsFiles, cell(['sql'], ['logs']), http, no, mayFiles, mayFiles],
  ),
  'credential-hash': row(['S14'], [sql, no, no, no, no, no, no, no]),
  pseudonymous: row(['S18', 'S21'], [sql, no, no, no, no, no, no, no]),
  compliance: row(['S14', 'S30'], [maySql, no, no, no, mayHttp, mayHttp, no, no]),
  statistics: row(['S22'], [sql, no, no, sqlHttp, no, no, no, no]),
  'business-counts': row(['S14', 'S22'], [sql, no, no, no, mayHttp, no, no, no]),
  operational: row(['S14', 'S16'], [sqlMayLogsFiles, maySqlHttp, no, mayLogs, mayHttp, no, mayFiles, no]),
};

/** Columns of the transport's database. */
const transport: Readonly<Record<TransportClass, Row>> = {
  'content-ciphertext': row(['S3', 'S19'], [maySqlFiles, sqlHttpFiles, no, no, no, no, no, no]),
  'phone-number': row(['S18', 'S21'], [no, sqlHttp, no, no, http, no, files, no]),
  account: row(['S18', 'S21'], [sql, sqlHttp, no, no, no, no, files, no]),
  'public-keys': row(['S2'], [no, sql, no, no, no, no, mayFiles, no]),
  'credential-hash': row(['S14'], [no, sql, no, no, no, no, no, no]),
  integrity: row(['S23'], [no, sqlHttp, no, no, no, no, mayFiles, no]),
  operational: row(['S9', 'S14'], [maySql, sql, no, no, no, no, mayFiles, no]),
};

/** Columns of the Business Manager's database. */
const businessManager: Readonly<Record<BusinessManagerClass, Row>> = {
  'business-information': row(
    ['S15', 'S24'],
    [sqlHttpMayLogsFiles, maySqlHttp, sqlHttpMayLogsFiles, cell(['sql'], ['logs']), http, no, mayFiles, mayFiles],
  ),
  'secret-hash': row(['S14'], [no, no, sql, no, no, no, no, no]),
  operational: row(['S14'], [no, no, cell([], ['sql', 'http', 'files']), no, no, no, no, no]),
};

const elsewhere: Readonly<Record<ElsewhereClass, Row>> = {
  // The Cloud API has it in its process only: what is kept is sealed.
  'message-content': row(['S3', 'S13', 'S19', 'S20'], [no, no, no, no, http, no, files, no]),
  'private-keys': row(['S29'], [files, no, no, no, no, no, no, no]),
  // The Cloud API is told the secret of an app, to sign its webhooks with.
  'business-credentials': row(['S14', 'S15'], [http, no, http, no, no, no, no, no]),
  figures: row(['S14', 'S22'], [sql, sql, sql, sqlMetrics, no, no, no, no]),
};

/** The access table: every class of data × every role × every channel. `test/access` tries each cell. */
export const accessTable = {
  'cloud-api': cloudApi,
  transport,
  'business-manager': businessManager,
  elsewhere,
} as const;

export type Place = keyof typeof accessTable;

/** Every row with the place where its data lives and the name of its class. */
export function listRows(): { place: Place; dataClass: string; row: Row }[] {
  return (Object.keys(accessTable) as Place[]).flatMap((place) =>
    Object.entries<Row>(accessTable[place]).map(([dataClass, each]) => ({ place, dataClass, row: each })),
  );
}

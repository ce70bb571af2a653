import type { ParseArgsOptionsConfig } from 'node:util';
import { limits } from '@postern/protocol';
import type { BusinessAccess } from '../business/business-access.ts';
import { isSystemName, systemNames } from '../instance/systems.ts';
import { parseHosts, parsePort, parseUrl, parseWaId, parseWholeNumber } from './option-values.ts';
import { UsageError } from './usage-error.ts';

/** What was given on the command line, by the names in {@link Command.options}. */
export type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

export interface Command {
  /** What stands behind the command's name, for example `[--data DIR]`. */
  readonly usage: string;
  readonly summary: string;
  /** What each option means, a line each. */
  readonly details: readonly string[];
  readonly options: ParseArgsOptionsConfig;
  /** How many words may follow. */
  readonly maxWords: number;
  /** Carries the command out and resolves to the exit code. */
  run(values: OptionValues, words: readonly string[]): Promise<number>;
}

const data = { type: 'string', default: './data' } as const;
const json = { type: 'boolean', default: false } as const;
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

/** With whose right, and where, something is done for a business. */
const accessOptions = { data, url: text, waba: text, 'token-file': text } as const;
const accessDetails = [
  '--data DIR      the data folder of the sandbox that runs (./data); its business asks',
  '--url URL       another Cloud API, with --waba and a token',
  "--waba ID       the business account's id",
  '--token-file F  a file with the token; or it stands in POSTERN_TOKEN',
] as const;

/** Every command of the program. Each loads its code when it is run. */
export const commands: Readonly<Record<string, Command>> = {
  start: {
    usage: '[--data DIR] [--port N] [--webhook URL] [--https] [--json]',
    summary: 'Runs everything on this machine: a business, a token, two people with phones.',
    details: [
      '--data DIR      the data folder (./data)',
      '--port N        the first of four ports (8700); 0 for free ones',
      '--webhook URL   where webhooks go; without it they are shown here',
      '--https         answers by HTTPS too, on a fifth port, with a certificate of an authority in the data folder',
      '--https-port N  the same on this port, for example 443',
      '--https-names A,B',
      '                other names and addresses of this machine for that certificate',
      '--json          one JSON object per line, for programs',
    ],
    options: {
      data,
      port: { type: 'string', default: '8700' },
      webhook: text,
      https: flag,
      'https-port': text,
      'https-names': text,
      json,
    },
    maxWords: 0,
    async run(values) {
      const { start } = await import('../commands/start.ts');
      const webhook = values['webhook'] === undefined ? null : parseUrl('webhook', String(values['webhook']));
      const port = parsePort(String(values['port']));
      return start({
        data: String(values['data']),
        port,
        webhook,
        https: parseHttps(values),
        json: values['json'] === true,
      });
    },
  },
  demo: {
    usage: '[--json]',
    summary: 'Shows a conversation and what each party saw of it, on an instance of its own that it removes.',
    details: ['--json          one JSON object per step, for programs'],
    options: { json },
    maxWords: 0,
    async run(values) {
      const { demo } = await import('../commands/demo.ts');
      return demo({ json: values['json'] === true });
    },
  },
  serve: {
    usage: 'SYSTEM [--config FILE]',
    summary: 'Runs one system, with settings from the environment or a config file.',
    details: [
      `SYSTEM          ${systemNames.join(', ')}`,
      '--config FILE   a JSON file with the settings; environment variables win over it',
    ],
    options: { config: text },
    maxWords: 1,
    async run(values, [system = '']) {
      if (!isSystemName(system)) throw new UsageError(`Name the system to serve: ${systemNames.join(', ')}.`);
      const { serve } = await import('../commands/serve.ts');
      await serve({ system, config: values['config'] === undefined ? undefined : String(values['config']) });
      return 0;
    },
  },
  migrate: {
    usage: '[--config DIR] [--operator-role NAME] [--distribute]',
    summary: 'Brings the databases of transport, business-manager and cloud-api up to date.',
    details: [
      '--config DIR    a folder with <system>.json files that name each databaseUrl; otherwise from the environment:',
      '                POSTERN_TRANSPORT_DATABASE_URL, POSTERN_BUSINESS_MANAGER_DATABASE_URL, POSTERN_CLOUD_API_DATABASE_URL',
      '--operator-role NAME',
      '                lets this role, which CREATE ROLE has made, read the views of the schema "operator" and nothing else',
      '--distribute    spreads the tables over a Citus cluster (not there yet)',
    ],
    options: { config: text, 'operator-role': text, distribute: flag },
    maxWords: 0,
    async run(values) {
      if (values['distribute'] === true)
        throw new UsageError('--distribute is not there yet: this version migrates single PostgreSQL databases only.');
      const { migrateAll } = await import('../commands/migrate.ts');
      const given = (name: string) => (values[name] === undefined ? null : String(values[name]));
      return migrateAll({ configDir: given('config'), operatorRole: given('operator-role') });
    },
  },
  doctor: {
    usage: '[--data DIR] [--port N] [--json]',
    summary: 'Looks whether everything is in order here, and says what to do where it is not.',
    details: [
      '--data DIR      the data folder (./data)',
      '--port N        the first of four ports (8700)',
      '--json          one JSON object per check, for programs',
    ],
    options: { data, port: { type: 'string', default: '8700' }, json },
    maxWords: 0,
    async run(values) {
      const { doctor } = await import('../commands/doctor.ts');
      const port = parsePort(String(values['port']));
      return doctor({ data: String(values['data']), port, json: values['json'] === true });
    },
  },
  verify: {
    usage: '[--data DIR | --config DIR | --log FOLDER [CHECKPOINT...]] [--stopped] [--json]',
    summary: 'Checks what Postern states about privacy on an installation, statement by statement.',
    details: [
      '--data DIR      the data folder (./data)',
      '--config DIR    a folder with <system>.json files instead; what needs a file that is not there is not checked',
      '--log FOLDER    checks this audit log alone, by its files',
      'CHECKPOINT      a file with a checkpoint of that log from before: what it covered must be there still',
      '--stopped       it is not meant to run: exit code 0, not 3, when nothing is wrong with what can be looked at',
      '--json          one JSON object per statement, for programs',
    ],
    options: { data, config: text, log: text, stopped: flag, json },
    maxWords: 100,
    async run(values, words) {
      const { verify } = await import('../commands/verify.ts');
      const given = (name: string) => (values[name] === undefined ? null : String(values[name]));
      const places = { data: String(values['data']), configDir: given('config'), log: given('log') };
      const isStopped = values['stopped'] === true;
      return verify({ ...places, earlier: words, isStopped, json: values['json'] === true });
    },
  },
  erase: {
    usage: 'WA_ID [--yes] [--wait SECONDS] [--data DIR | --url URL --waba ID [--token-file F]] [--json]',
    summary: 'Makes all that a business keeps of a person unreadable, at once and for good.',
    details: [
      "WA_ID           the person's phone number in international form",
      '--yes           does not ask',
      `--wait SECONDS  how long to wait for the rows to go as well (${limits.erasureWaitMs / 1000}); exit code 3 if they have not`,
      ...accessDetails,
      '--json          one JSON object per step, for programs',
    ],
    options: {
      ...accessOptions,
      yes: flag,
      wait: { type: 'string', default: String(limits.erasureWaitMs / 1000) },
      json,
    },
    maxWords: 1,
    async run(values, [waId = '']) {
      const person = parseWaId(waId);
      const max = limits.maxErasureWaitMs / 1000;
      const waitMs = parseWholeNumber('wait', values['wait'], { min: 0, max }) * 1000;
      const { erase } = await import('../commands/erase.ts');
      const terminal = { input: process.stdin, output: process.stderr };
      const options = { yes: values['yes'] === true, waitMs, json: values['json'] === true, terminal, write };
      return erase({ access: await accessOf(values), person, ...options });
    },
  },
  export: {
    usage: 'WA_ID --to FOLDER [--data DIR | --url URL --waba ID [--token-file F]] [--json]',
    summary: 'Writes all that a business keeps of a person into a folder: for programs, and as a page to read.',
    details: [
      "WA_ID           the person's phone number in international form",
      '--to FOLDER     a folder that is empty or not there yet; only its owner can enter it',
      ...accessDetails,
      '--json          one JSON object, for programs',
    ],
    options: { ...accessOptions, to: text, json },
    maxWords: 1,
    async run(values, [waId = '']) {
      const person = parseWaId(waId);
      if (values['to'] === undefined) throw new UsageError('Name the folder to write into with --to.');
      const { exportPerson } = await import('../commands/export.ts');
      const options = { to: String(values['to']), json: values['json'] === true, now: new Date(), write };
      return exportPerson({ access: await accessOf(values), person, ...options });
    },
  },
  bench: {
    usage: '[--people N] [--seconds N] [--outstanding N] [--backlog N] [--webhooks] [--reads] [--json]',
    summary: 'Measures one number sending to people with open sessions, on an instance of its own that it removes.',
    details: [
      '--people N        people with open sessions (500)',
      '--seconds N       how long to measure (10)',
      '--outstanding N   messages kept under way (512)',
      '--backlog N       lets N messages pile up afterwards and watches them drain (0)',
      '--webhooks        delivers signed webhooks to the sandbox meanwhile: sent and delivered for each message',
      '--reads           people read what arrives, once a second: with --webhooks, three for each message',
      '--json            one JSON object instead of a report',
    ],
    options: {
      people: { type: 'string', default: '500' },
      seconds: { type: 'string', default: '10' },
      outstanding: { type: 'string', default: '512' },
      backlog: { type: 'string', default: '0' },
      webhooks: { type: 'boolean', default: false },
      reads: { type: 'boolean', default: false },
      json,
    },
    maxWords: 0,
    async run(values) {
      const { benchCommand } = await import('../bench/command.ts');
      return benchCommand(values, (report) => process.stdout.write(`${report}\n`));
    },
  },
};

/** Whether and how to answer by HTTPS. */
function parseHttps(values: OptionValues): { port: 'next' | number; names: string[] } | null {
  const [port, names] = [values['https-port'], values['https-names']];
  if (values['https'] !== true && port === undefined && names === undefined) return null;
  return {
    port: port === undefined ? 'next' : parseWholeNumber('https-port', port, { min: 1, max: 65_535 }),
    names: names === undefined ? [] : parseHosts('https-names', String(names)),
  };
}

function write(output: string): void {
  process.stdout.write(output);
}

async function accessOf(values: OptionValues): Promise<BusinessAccess> {
  const { findBusinessAccess } = await import('../business/business-access.ts');
  const given = (name: string) => (values[name] === undefined ? null : String(values[name]));
  const options = { url: given('url'), waba: given('waba'), tokenFile: given('token-file') };
  return findBusinessAccess({ data: String(values['data']), ...options }, process.env);
}

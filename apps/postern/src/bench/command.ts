import type { OptionValues } from '../cli/commands.ts';
import { parseWholeNumber } from '../cli/option-values.ts';
import type { BacklogFigures } from './backlog.ts';
import { runBench, type BenchResult } from './bench.ts';

/** Runs the benchmark and prints what it measured. Returns the exit code: 1 when a request failed. */
export async function benchCommand(values: OptionValues, print: (text: string) => void): Promise<number> {
  const json = values['json'] === true;
  const result = await runBench({
    people: parseWholeNumber('people', values['people'], { min: 1, max: 5_000 }),
    seconds: parseWholeNumber('seconds', values['seconds'], { min: 1, max: 3_600 }),
    outstanding: parseWholeNumber('outstanding', values['outstanding'], { min: 1, max: 10_000 }),
    backlog: parseWholeNumber('backlog', values['backlog'], { min: 0, max: 1_000_000 }),
    webhooks: values['webhooks'] === true,
    reads: values['reads'] === true,
    onProgress: json ? () => undefined : showProgress,
  });
  print(json ? JSON.stringify({ event: 'bench', ...result }) : describe(result));
  return result.errors === 0 ? 0 : 1;
}

const barWidth = 30;

/** Draws over the present line of a terminal; says nothing into a file. */
function showProgress(step: string, share: number): void {
  if (!process.stderr.isTTY) return;
  const done = Math.round(share * barWidth);
  process.stderr.write(`\r\u001b[2K${'█'.repeat(done)}${'░'.repeat(barWidth - done)} ${step}`);
  if (step === 'stopping') process.stderr.write('\r\u001b[2K');
}

function describe(result: BenchResult): string {
  const { acceptedPerSecond, sentPerSecond, rawEncryptPerSecond, ratio } = result;
  const processes = result.memory.map(
    ({ name, rssMb, pssMb }) => `    ${name.padEnd(18)} ${mb(rssMb)} resident, ${mb(pssMb)} shared fairly`,
  );
  const total = result.memory.reduce((sum, { pssMb }) => sum + pssMb, 0);
  return [
    `One number to ${result.people} people with open sessions, ${result.seconds} s, everything durable`,
    '',
    `  accepted      ${rate(acceptedPerSecond)}   answered 200 after ${ms(result.acceptMsP50)} (half), ${ms(result.acceptMsP99)} (99 %)`,
    `  sent          ${rate(sentPerSecond)}   in the mailbox; at the phone after ${ms(result.endToEndMsP50)} (half), ${ms(result.endToEndMsP99)} (99 %)`,
    ...describeWebhooks(result),
    `  libsignal     ${rate(rawEncryptPerSecond)}   encrypting alone, one core, same run`,
    `  ratio         ${ratio.toFixed(3)}     sent / libsignal`,
    `  sealing       ${result.sealUs.toFixed(1)} µs a message, opening ${result.openUs.toFixed(1)} µs, one core`,
    ...(result.errors > 0 ? [`  errors        ${result.errors}`] : []),
    '',
    `  memory        ${mb(total)} in all`,
    ...processes,
    ...(result.backlog ? describeBacklog(result.backlog) : []),
    '',
    '  not measured:',
    ...result.leftOut.map((what) => `    ${what}`),
  ].join('\n');
}

function describeWebhooks(result: BenchResult): string[] {
  const { webhookUpdatesPerSecond: updates, webhookRequestsPerSecond: requests, sentPerSecond } = result;
  if (updates === 0) return [];
  const each = (updates / sentPerSecond).toFixed(1);
  return [
    `  webhooks      ${rate(updates)}   statuses told, ${each} for each message, in ${requests} signed requests a second`,
  ];
}

function describeBacklog({ messages, acceptedPerSecond, drainedPerSecond, memory }: BacklogFigures): string[] {
  const processes = memory.map(
    ({ name, pssMbBefore, pssMbMost }) => `    ${name.padEnd(18)} ${mb(pssMbBefore)} before, ${mb(pssMbMost)} at most`,
  );
  return [
    '',
    `  backlog       ${messages} messages piled up at ${acceptedPerSecond}/s and drained at ${drainedPerSecond}/s`,
    ...processes,
  ];
}

function rate(perSecond: number): string {
  return `${String(perSecond).padStart(6)}/s`;
}

function ms(value: number | null): string {
  return value === null ? '–' : `${value} ms`;
}

function mb(value: number): string {
  return `${value.toFixed(0)} MB`.padStart(7);
}

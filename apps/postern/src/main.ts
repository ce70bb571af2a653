#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseCommandLine } from './cli/command-line.ts';
import { commands } from './cli/commands.ts';
import { UsageError } from './cli/usage-error.ts';

const usageExitCode = 2;

/** Errors whose message says all that a person needs; of others the stack is shown too. */
const plainErrors = new Set([
  'CloudApiCallError',
  'ConfigError',
  'DataFolderError',
  'DataFolderInUseError',
  'DatabaseUnavailableError',
  'EmbeddedServerError',
  'KeyringLockedError',
  'KeyringPolicyError',
  'ExportFolderError',
  'PortTakenError',
  'ReaderRoleMissingError',
  'StatementFailedError',
  'SystemStartError',
]);

async function main(args: readonly string[]): Promise<number> {
  try {
    const wish = parseCommandLine(args);
    if (!('help' in wish)) return await wish.command.run(wish.values, wish.words);
    process.stdout.write(wish.help);
    return 0;
  } catch (error) {
    return explain(error, args);
  }
}

function explain(error: unknown, args: readonly string[]): number {
  if (error instanceof UsageError) {
    const command = args[0] !== undefined && args[0] in commands ? ` ${args[0]}` : '';
    process.stderr.write(`${error.message} See postern${command} --help.\n`);
    return usageExitCode;
  }
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const text = plainErrors.has(name) ? message : (stack ?? message);
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify({ event: 'failed', message })}\n`);
  process.stderr.write(`${text}\n`);
  return 1;
}

// Commands load their code below this line: what one process compiled, the next need not. Where the folder cannot be
// written nothing is kept.
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/postern', import.meta.url)));

// A reader that went away, as in `postern start | head`, is no reason to fall over.
process.stdout.on('error', () => {});
process.exitCode = await main(process.argv.slice(2));

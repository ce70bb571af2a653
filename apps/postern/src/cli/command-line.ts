import { parseArgs } from 'node:util';
import { commands, type Command, type OptionValues } from './commands.ts';
import { commandHelp, programHelp } from './help.ts';
import { UsageError } from './usage-error.ts';

/** What the command line asks for: some help, or a command to carry out. */
export type Wish = { help: string } | { command: Command; values: OptionValues; words: readonly string[] };

/** Reads the words behind the program's name. @throws UsageError */
export function parseCommandLine(args: readonly string[]): Wish {
  const [name = '--help', ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') return { help: programHelp() };
  const command = commands[name];
  if (!command) throw new UsageError(`There is no command "${name}".`);
  if (rest.includes('--help') || rest.includes('-h')) return { help: commandHelp(name, command) };
  return parseCommand(command, rest);
}

function parseCommand(command: Command, args: readonly string[]): Wish {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: command.options,
      strict: true,
      allowPositionals: true,
    });
    const [extra] = positionals.slice(command.maxWords);
    if (extra !== undefined) throw new UsageError(`"${extra}" is one word too many.`);
    return { command, values: values as OptionValues, words: positionals };
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true)
      throw new UsageError(`${(error as Error).message.split('. ')[0]}.`);
    throw error;
  }
}

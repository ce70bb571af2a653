import { commands, type Command } from './commands.ts';

export function programHelp(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `Postern: business messaging that an organisation runs itself.

Usage: postern COMMAND [options]

${lines.join('\n')}

postern COMMAND --help says more about one.
`;
}

export function commandHelp(name: string, { usage, summary, details }: Command): string {
  return `Usage: postern ${name} ${usage}

${summary}

${details.map((line) => `  ${line}`).join('\n')}
`;
}

import { sep } from 'node:path';
import { runTool } from './tool.ts';
import { listSources, root } from './tree.ts';
import { conclude } from './verdict.ts';

const { ok, output } = runTool('tsc', ['-p', '.', '--listFiles', '--pretty', 'false']);
const lines = output.split('\n').filter((line) => line !== '');
const prefix = root + sep;
// With --listFiles every line that is a path is a file that was read; all other lines are complaints.
const isListing = (line: string) => /^(?:[A-Za-z]:)?\//.test(line);
const listed = new Set(lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length)));
const sources = listSources().filter((file) => file.endsWith('.ts'));
const unseen = sources.filter((file) => !listed.has(file.split('/').join(sep)));

conclude({
  seen: sources.length - unseen.length,
  what: 'typed source files',
  problems: [
    ...lines.filter((line) => !isListing(line)),
    ...unseen.map((file) => `${file}: tsc does not look at it; see "include" in tsconfig.json`),
    ...(ok || lines.some((line) => !isListing(line)) ? [] : ['tsc failed without saying why']),
  ],
});

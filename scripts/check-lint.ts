import { runTool } from './tool.ts';
import { listSources } from './tree.ts';
import { conclude } from './verdict.ts';

const expected = listSources().length;
const { ok, output } = runTool('oxlint', ['--deny-warnings', '--report-unused-disable-directives']);
const seen = Number(/ on (\d+) files/.exec(output)?.[1] ?? 0);

conclude({
  seen,
  what: 'source files',
  problems: [
    ...(ok ? [] : [output]),
    ...(seen < expected
      ? [`oxlint saw ${seen} of ${expected} source files; see "ignorePatterns" in .oxlintrc.json`]
      : []),
  ],
});

import { runTool } from './tool.ts';
import { listSources } from './tree.ts';
import { conclude } from './verdict.ts';

const expected = listSources().length;
const { ok, output } = runTool('knip', [
  '--reporter',
  'symbols',
  '--reporter',
  './scripts/knip-count.ts',
  '--no-progress',
  '--no-config-hints',
]);
const seen = Number(/^knip looked at (\d+) files$/m.exec(output)?.[1] ?? 0);

conclude({
  seen,
  what: 'files that knip followed',
  problems: [
    ...(ok ? [] : [output]),
    ...(seen < expected ? [`knip saw ${seen} of ${expected} source files; see knip.json`] : []),
  ],
});

import { runTool } from './tool.ts';
import { listFiles } from './tree.ts';
import { conclude } from './verdict.ts';

const folder = 'packages/protocol';
const { ok, output } = runTool('buf', ['lint'], folder);

conclude({
  seen: listFiles().filter((path) => path.startsWith(`${folder}/proto/`) && path.endsWith('.proto')).length,
  what: 'proto files',
  problems: ok ? [] : [output],
});

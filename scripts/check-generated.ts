import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from './tool.ts';
import { root } from './tree.ts';
import { conclude } from './verdict.ts';

const folder = 'packages/protocol';
const generatedFolder = 'src/generated';

function readFolder(path: string): Map<string, string> {
  const files = readdirSync(path, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return [file.slice(path.length + 1), readFileSync(file, 'utf8')];
    }),
  );
}

function compare(kept: ReadonlyMap<string, string>, fresh: ReadonlyMap<string, string>): string[] {
  return [...new Set([...kept.keys(), ...fresh.keys()])]
    .filter((file) => kept.get(file) !== fresh.get(file))
    .map(
      (file) => `${folder}/${generatedFolder}/${file}: not what the proto files make; run buf generate in ${folder}`,
    );
}

const scratch = mkdtempSync(join(tmpdir(), 'postern-generated-'));
try {
  const { ok, output } = runTool('buf', ['generate', '--output', scratch], folder);
  const fresh = ok ? readFolder(join(scratch, generatedFolder)) : new Map<string, string>();
  const problems = ok ? compare(readFolder(join(root, folder, generatedFolder)), fresh) : [output];
  conclude({ seen: fresh.size, what: 'generated files', problems });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

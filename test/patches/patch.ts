import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Replaces one piece of one source file, which must stand there exactly once. */
export interface Patch {
  /** The end of the file's path, from `packages/` or `apps/` on. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Kills a system's process with SIGKILL when it reaches this step while a file `<system>:<step>` lies in the folder
 * (`program:<step>` for a program that is not started with `serve`).
 * The file goes with it, so that the process that is started in its place passes.
 */
export function killAt(step: string, armedDir: string): Patch {
  const comment = `// crash point: ${step}\n`;
  const kill = `{
    const fs = process.getBuiltinModule('node:fs');
    const at = process.argv.indexOf('serve');
    const system = at < 0 ? 'program' : process.argv[at + 1];
    const armed = ${JSON.stringify(armedDir)} + '/' + system + ':${step}';
    if (fs.existsSync(armed)) {
      fs.rmSync(armed);
      process.kill(process.pid, 'SIGKILL');
    }
  }\n`;
  return { file: fileWith(comment), find: comment, replace: kill };
}

/** A mutant: the program with one promise broken. */
export function mutant(file: string, find: string, replace: string): Patch {
  const count = readFileSync(root + file, 'utf8').split(find).length - 1;
  if (count !== 1) throw new Error(`The mutant of ${file} finds its text ${count} times: ${find}`);
  return { file, find, replace };
}

/** The environment that makes every Node process started with it load these patches. */
export function patchedEnvironment(
  patches: readonly Patch[],
  base: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const register = fileURLToPath(new URL('./register.ts', import.meta.url));
  return {
    ...base,
    NODE_OPTIONS: `${base['NODE_OPTIONS'] ?? ''} --import ${register}`.trim(),
    SOURCE_PATCHES: JSON.stringify(patches),
  };
}

/** Every step that can be killed at, in the order of the tree. */
export function crashPoints(): string[] {
  return sourceFiles().flatMap((file) =>
    [...readFileSync(root + file, 'utf8').matchAll(/\/\/ crash point: (\S+)\n/g)].map(([, step]) => step ?? ''),
  );
}

function fileWith(text: string): string {
  const files = sourceFiles().filter((file) => readFileSync(root + file, 'utf8').includes(text));
  if (files.length !== 1 || !files[0]) throw new Error(`${files.length} files have ${text.trim()}`);
  return files[0];
}

function sourceFiles(): string[] {
  return globSync(['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'], { cwd: root }).sort();
}

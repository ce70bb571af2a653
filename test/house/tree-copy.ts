import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const leftBehind = new Set(['node_modules', '.git', 'data']);

/** A copy of the checkout in which a test may break the rules. The installed packages are shared with the original. */
export class TreeCopy {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'postern-house-')));

  constructor() {
    cpSync(root, this.folder, { recursive: true, filter: (path) => !leftBehind.has(basename(path)) });
    const modules = join(this.folder, 'node_modules');
    mkdirSync(join(modules, '@postern'), { recursive: true });
    for (const name of readdirSync(join(root, 'node_modules'))) {
      if (name !== '@postern') symlinkSync(join(root, 'node_modules', name), join(modules, name));
    }
    for (const workspace of globSync('{apps,packages}/*', { cwd: this.folder })) {
      symlinkSync(join(this.folder, workspace), join(modules, '@postern', basename(workspace)));
      const own = join(root, workspace, 'node_modules');
      if (existsSync(own)) symlinkSync(own, join(this.folder, workspace, 'node_modules'));
    }
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** Runs a script of the copy with these files written over it, and puts everything back afterwards. */
  run(script: readonly string[], changes: Readonly<Record<string, string>> = {}): { ok: boolean; output: string } {
    const before = Object.keys(changes).map((path) => ({ path, text: this.#readIfThere(path) }));
    for (const [path, text] of Object.entries(changes)) this.#write(path, text);
    try {
      const { NODE_TEST_CONTEXT: _, ...env } = process.env;
      const run = spawnSync(process.execPath, script, { cwd: this.folder, env, encoding: 'utf8' });
      return { ok: run.status === 0, output: run.stdout + run.stderr };
    } finally {
      for (const { path, text } of before) {
        if (text === null) rmSync(join(this.folder, path));
        else this.#write(path, text);
      }
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #readIfThere(path: string): string | null {
    return existsSync(join(this.folder, path)) ? this.read(path) : null;
  }

  #write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }
}

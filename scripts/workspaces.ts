import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readText, root } from './tree.ts';

export interface Workspace {
  /** The folder's name, and the package's name after `@postern/`. */
  name: string;
  /** For example `packages/transport`. */
  folder: string;
  packageName: string;
  /** What other workspaces may name: `.`, `./testing`. */
  entries: readonly string[];
  /** Names under `dependencies`, `optionalDependencies` and `peerDependencies`. */
  dependencies: readonly string[];
  devDependencies: readonly string[];
}

interface Manifest {
  name?: string;
  exports?: Record<string, string>;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

function readWorkspace(parent: string, name: string): Workspace {
  const folder = `${parent}/${name}`;
  const manifest = JSON.parse(readText(`${folder}/package.json`)) as Manifest;
  return {
    name,
    folder,
    packageName: manifest.name ?? '',
    entries: Object.keys(manifest.exports ?? {}),
    dependencies: Object.keys({
      ...manifest.dependencies,
      ...manifest.optionalDependencies,
      ...manifest.peerDependencies,
    }),
    devDependencies: Object.keys(manifest.devDependencies ?? {}),
  };
}

/** Reads every workspace of the house: each folder under `apps` and `packages`. */
export function readWorkspaces(): Workspace[] {
  return ['apps', 'packages'].flatMap((parent) =>
    readdirSync(join(root, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => readWorkspace(parent, entry.name)),
  );
}

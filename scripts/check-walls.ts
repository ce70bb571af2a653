import { posix } from 'node:path';
import { findComputedImports, findImports } from './imports.ts';
import { listSources, readText } from './tree.ts';
import { conclude } from './verdict.ts';
import { services, soleImporters, walls } from './walls.ts';
import { readWorkspaces, type Workspace } from './workspaces.ts';

const scope = '@postern/';
const workspaces = readWorkspaces();

/** One import as the rules see it. */
interface Crossing {
  file: string;
  specifier: string;
  /** The workspace that the file belongs to; null for `scripts`, `test` and the files at the root. */
  from: Workspace | null;
  /** Whether the file is a test, or a `testing.ts` that exists for tests. */
  forTests: boolean;
}

/** The package a bare specifier belongs to: `@scope/name/file` and `name/file` lose their file. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function mayDeclare(workspace: Workspace, dependency: string, forTests: boolean): boolean {
  const soleImporter = soleImporters[dependency];
  if (soleImporter !== undefined) return workspace.name === soleImporter;
  if (!dependency.startsWith(scope)) return true;
  const wall = walls[workspace.name];
  const name = dependency.slice(scope.length);
  return wall !== undefined && (wall.source.includes(name) || (forTests && wall.tests.includes(name)));
}

function checkManifest(workspace: Workspace): string[] {
  const where = `${workspace.folder}/package.json`;
  const problems: string[] = [];
  if (walls[workspace.name] === undefined) problems.push(`${where}: scripts/walls.ts has no row for this workspace`);
  if (workspace.packageName !== scope + workspace.name) {
    problems.push(`${where}: its name must be ${scope}${workspace.name}`);
  }
  for (const dependency of workspace.dependencies) {
    if (!mayDeclare(workspace, dependency, false)) problems.push(`${where}: may not depend on ${dependency}`);
  }
  for (const dependency of workspace.devDependencies) {
    if (!mayDeclare(workspace, dependency, true)) problems.push(`${where}: may not depend on ${dependency}`);
  }
  return problems;
}

/** A relative import stays in its workspace; only tests may also reach the house's own `test` folder. */
function checkRelative({ file, specifier, from, forTests }: Crossing): string | null {
  const target = posix.join(posix.dirname(file), specifier);
  const isOwn = from ? target.startsWith(`${from.folder}/`) : !/^(?:\.\.|apps|packages)\//.test(target);
  const isShared = forTests && target.startsWith('test/');
  if (!isOwn && !isShared) return `reaches out of its workspace with ${specifier}; import the package by its name`;
  if (!from || !services.includes(from.name)) return null;
  const isHttp = (path: string) => /^src\/http(?:\/|\.ts$)/.test(path.slice(from.folder.length + 1));
  const isNoun = /^src\/[^/]+\//.test(file.slice(from.folder.length + 1)) && !isHttp(file);
  return isNoun && isHttp(target) ? `is a noun and imports http (${specifier})` : null;
}

function checkEntry(target: Workspace, { specifier, forTests }: Crossing): string | null {
  const entry = `.${specifier.slice(target.packageName.length)}`;
  if (!target.entries.includes(entry)) return `imports ${specifier}, which is no entry of that package`;
  if (entry === './testing' && !forTests) return `imports ${specifier}, which is for tests`;
  return null;
}

function checkWorkspaceImport(crossing: Crossing): string | null {
  const { specifier, from, forTests } = crossing;
  const dependency = packageOf(specifier);
  const target = workspaces.find(({ packageName }) => packageName === dependency);
  if (!target) return `imports ${specifier}, and there is no such workspace`;
  if (from && from !== target) {
    if (!mayDeclare(from, dependency, forTests)) return `may not import ${specifier}`;
    const declared = forTests ? [...from.dependencies, ...from.devDependencies] : from.dependencies;
    if (!declared.includes(dependency)) return `imports ${dependency}, which its package.json does not declare`;
  }
  if (from === target && !forTests) return `imports its own package by name (${specifier})`;
  return checkEntry(target, crossing);
}

function checkImport(crossing: Crossing): string | null {
  const { specifier, from } = crossing;
  if (/^\.\.?(?:\/|$)/.test(specifier)) return checkRelative(crossing);
  if (specifier.startsWith('/') || specifier.startsWith('file:')) return `imports by an absolute path (${specifier})`;
  if (specifier.startsWith(scope)) return checkWorkspaceImport(crossing);
  const soleImporter = soleImporters[packageOf(specifier)];
  if (soleImporter === undefined || soleImporter === from?.name) return null;
  return `may not import ${specifier}: only ${scope}${soleImporter} does`;
}

function checkSource(file: string): string[] {
  const from = workspaces.find(({ folder }) => file.startsWith(`${folder}/`)) ?? null;
  const forTests = from === null || file.startsWith(`${from.folder}/test/`) || file === `${from.folder}/src/testing.ts`;
  const source = readText(file);
  const problems = findComputedImports(source).map((line) => `${file}:${line}: loads a module by a computed name`);
  for (const { specifier, line } of findImports(source)) {
    const problem = checkImport({ file, specifier, from, forTests });
    if (problem !== null) problems.push(`${file}:${line}: ${problem}`);
  }
  return problems;
}

function findEmpty(files: readonly string[]): string[] {
  const missing = Object.keys(walls).filter((name) => !workspaces.some((workspace) => workspace.name === name));
  const empty = workspaces.filter(({ folder }) => !files.some((file) => file.startsWith(`${folder}/src/`)));
  return [
    ...missing.map((name) => `scripts/walls.ts: there is no workspace called ${name}`),
    ...empty.map(({ folder }) => `${folder}/src: no source files were seen`),
  ];
}

// The table and the tests of this gate hold package names as text, not as imports.
const isAboutWalls = (file: string) => file === 'scripts/walls.ts' || file.startsWith('test/house/');
const files = listSources().filter((file) => !isAboutWalls(file));
conclude({
  seen: files.length,
  what: 'source files',
  problems: [...findEmpty(files), ...workspaces.flatMap(checkManifest), ...files.flatMap(checkSource)],
});

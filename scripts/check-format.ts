import { join } from 'node:path';
import { check, getFileInfo, resolveConfig } from 'prettier';
import { listFiles, readText, root } from './tree.ts';
import { conclude } from './verdict.ts';

const ignorePath = join(root, '.prettierignore');

/** Whether Prettier would leave the file as it is; null when it does not look at such a file. */
async function isFormatted(path: string): Promise<boolean | null> {
  const filepath = join(root, path);
  const { ignored, inferredParser } = await getFileInfo(filepath, { ignorePath });
  if (ignored || inferredParser === null) return null;
  const config = await resolveConfig(filepath, { editorconfig: true });
  return check(readText(path), { ...config, filepath }).catch(() => false);
}

const results = await Promise.all(listFiles().map(async (path) => ({ path, formatted: await isFormatted(path) })));
conclude({
  seen: results.filter(({ formatted }) => formatted !== null).length,
  what: 'files',
  problems: results
    .filter(({ formatted }) => formatted === false)
    .map(({ path }) => `${path}: not as Prettier writes it; run prettier --write ${path}`),
});

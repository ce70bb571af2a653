// Loaded with `--import` by tests only: replaces pieces of source while modules are read.
import { registerHooks } from 'node:module';
import type { Patch } from './patch.ts';

const patches = JSON.parse(process.env['SOURCE_PATCHES'] ?? '[]') as Patch[];

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const mine = patches.filter(({ file }) => url.endsWith(file));
    if (mine.length === 0) return loaded;
    let source = Buffer.from(loaded.source as Uint8Array).toString();
    for (const { find, replace, file } of mine) {
      if (source.split(find).length !== 2)
        throw new Error(`The patch of ${file} must find its text exactly once: ${find}`);
      source = source.replace(find, () => replace);
    }
    return { ...loaded, source };
  },
});

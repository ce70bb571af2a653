import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findFile } from './durable-file.ts';
import { hashesOnLevel, levelsOf, tilePath, tileWidth, type TileName } from './tiles.ts';

/** Removes the tiles, or parts of tiles, that no checkpoint covers: they were written just before a crash. */
export async function removeLeftovers(folder: string, size: number): Promise<void> {
  const counts: [TileName['level'], number][] = [['entries', size]];
  for (let level = 0; level <= levelsOf(size); level += 1) counts.push([level, hashesOnLevel(size, level)]);
  for (const [level, count] of counts) {
    let index = Math.floor(count / tileWidth);
    await removePartials(join(folder, `${tilePath({ level, index })}.p`), count % tileWidth);
    for (;;) {
      const path = join(folder, tilePath({ level, index }));
      const hadWhole = (await findFile(path)) !== null;
      await rm(path, { force: true });
      index += 1;
      const next = join(folder, `${tilePath({ level, index })}.p`);
      await removePartials(next, 0);
      if (!hadWhole) break;
    }
  }
}

async function removePartials(folder: string, keptWidth: number): Promise<void> {
  const names: string[] = await readdir(folder).catch(() => []);
  for (const name of names) if (!(Number(name) <= keptWidth)) await rm(join(folder, name));
}

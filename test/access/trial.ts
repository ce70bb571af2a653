import { roles, type Role } from '@postern/postern/access';
import { tryCells, type TriedCell } from './breaches.ts';
import { collectCanaries } from './canaries.ts';
import { reachOf, type Reach } from './reach.ts';
import type { Scene } from './scene.ts';

/** Goes as every role wherever it can go, and tries every cell of the access table. */
export async function tryAccess(scene: Scene): Promise<TriedCell[]> {
  const canaries = await collectCanaries(scene);
  const reaches = new Map<Role, Reach>();
  for (const role of roles) reaches.set(role, await reachOf(role, scene));
  return tryCells(canaries, reaches);
}

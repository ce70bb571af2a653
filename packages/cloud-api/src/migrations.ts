import { fileURLToPath } from 'node:url';

/** The folder of this system's migrations, for `migrate`. */
export const migrationsDir = fileURLToPath(new URL('../migrations', import.meta.url));

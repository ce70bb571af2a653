import { fileURLToPath } from 'node:url';

export { transportConfig, type TransportConfig } from './config.ts';
export { dataClasses, type DataClass } from './data-classes.ts';
export { startTransport, type TransportOptions } from './start.ts';

/** Where the migrations of the transport's database are. */
export const migrationsDir: string = fileURLToPath(new URL('../migrations', import.meta.url));

export { businessManagerConfig } from './config.ts';
export { dataClasses } from './data-classes.ts';
export { migrationsDir, startBusinessManager } from './start.ts';

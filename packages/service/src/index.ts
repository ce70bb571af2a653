export * from './config.ts';
export * from './http.ts';
export * from './log.ts';
export * from './metrics.ts';
export * from './process.ts';
export * from './redactor.ts';
export * from './secret.ts';
export * from './typed-http.ts';

import { createSecretKey } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@postern/postgres';
import { limits, type Clock } from '@postern/protocol';
import { addGuardedRoutes, ConfigError, createInternalHttp, listen, type Logger, type Running } from '@postern/service';
import type { BusinessManagerConfig } from './config.ts';
import { addAdminApi } from './http/admin/admin-api.ts';
import { addDirectoryRoutes } from './http/service/directory.ts';
import { addIntrospectionRoutes } from './http/service/introspection.ts';
import { explainRetryable } from './http/retryable.ts';

/** The folder of the SQL migrations, as an absolute path. */
export const migrationsDir = fileURLToPath(new URL('../migrations', import.meta.url));

interface StartOptions {
  config: BusinessManagerConfig;
  clock: Clock;
  logger: Logger;
}

/**
 * Starts the Business Manager on a database that was migrated. While the database cannot be reached it answers 503.
 * @throws ConfigError when the admin token and the service token are the same
 */
export async function startBusinessManager({
  config,
  clock,
  logger,
}: StartOptions): Promise<Running & { url: string }> {
  if (config.adminToken === config.serviceToken)
    throw new ConfigError('The settings adminToken and serviceToken must differ.');
  const database = openDatabase({
    url: config.databaseUrl,
    applicationName: 'business-manager',
    statementTimeoutMs: limits.requestTimeoutMs,
    logger,
  });
  const masterKey = createSecretKey(Buffer.from(config.masterKey, 'hex'));
  const manager = { database, clock, masterKey };
  const http = createInternalHttp(logger);
  const explain = explainRetryable(logger);
  await addGuardedRoutes(http, { token: config.adminToken, explain }, (routes) => addAdminApi(routes, manager));
  await addGuardedRoutes(http, { token: config.serviceToken, explain }, (routes) => {
    addIntrospectionRoutes(routes, manager);
    addDirectoryRoutes(routes, manager);
  });
  const url = await listen(http, config);
  const stop = async () => {
    await http.close();
    await database.close();
  };
  return { url, announce: { url }, stop };
}

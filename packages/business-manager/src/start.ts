import { createSecretKey } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { listFigures, openDatabase } from '@postern/postgres';
import { limits, type Clock } from '@postern/protocol';
import {
  addGuardedRoutes,
  addMetrics,
  checkTokensDiffer,
  createInternalHttp,
  listen,
  type Logger,
  type Running,
} from '@postern/service';
import { startAdminLogSequencer } from './admin-log/admin-log-sequencer.ts';
import type { BusinessManagerConfig } from './config.ts';
import { gauges } from './gauges.ts';
import { addAdminApi } from './http/admin/admin-api.ts';
import { addActingRoutes } from './http/service/acting.ts';
import { addNumberNameRoutes } from './http/service/number-names.ts';
import { addDirectoryRoutes } from './http/service/directory.ts';
import { addIntrospectionRoutes } from './http/service/introspection.ts';
import { addOauthRoutes } from './http/service/oauth.ts';
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
 * @throws ConfigError when two of the tokens are the same
 */
export async function startBusinessManager({
  config,
  clock,
  logger,
}: StartOptions): Promise<Running & { url: string }> {
  const { adminToken, serviceToken, operatorToken } = config;
  checkTokensDiffer({ adminToken, serviceToken, operatorToken });
  const database = openDatabase({
    url: config.databaseUrl,
    applicationName: 'business-manager',
    statementTimeoutMs: limits.requestTimeoutMs,
    logger,
  });
  const masterKey = createSecretKey(Buffer.from(config.masterKey, 'hex'));
  const manager = { database, clock, masterKey };
  const http = createInternalHttp(logger);
  const readFigures = () => listFigures(database, limits.maxFigures);
  addMetrics(http, { system: 'business-manager', token: operatorToken, logger, gauges, readFigures });
  const explain = explainRetryable(logger);
  await addGuardedRoutes(http, { token: adminToken, explain }, (routes) => addAdminApi(routes, manager));
  await addGuardedRoutes(http, { token: serviceToken, explain }, (routes) => {
    addIntrospectionRoutes(routes, manager);
    addDirectoryRoutes(routes, manager);
    addActingRoutes(routes, manager);
    addOauthRoutes(routes, manager);
    addNumberNameRoutes(routes, manager);
  });
  const sequencer = await startAdminLogSequencer({ database, folder: config.auditFolder, logger });
  const url = await listen(http, config);
  const stop = async () => {
    await http.close();
    await sequencer.stop();
    await database.close();
  };
  return { url, announce: { url }, stop };
}

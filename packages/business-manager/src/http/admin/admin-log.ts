import { limits } from '@postern/protocol';
import { listAdminLog } from '../../admin-log/admin-log.ts';
import type { BusinessManager } from '../../business-manager.ts';
import { logQuery } from '../fields.ts';
import type { TypedHttp } from '@postern/service';

export function addAdminLogRoutes(routes: TypedHttp, manager: BusinessManager): void {
  routes.get('/v1/admin-log', { schema: { querystring: logQuery } }, async ({ query }) => {
    const { limit = limits.defaultItemsPerPage, after = 0 } = query;
    const data = await listAdminLog(manager.database, { after, limit: limit + 1 });
    return { data: data.slice(0, limit), next: data.length > limit ? (data[limit - 1]?.position ?? null) : null };
  });
}

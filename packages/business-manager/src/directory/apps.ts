import type { Queryable } from '@postern/postgres';
import { makeAdminChange } from '../admin-log/admin-change.ts';
import type { BusinessManager } from '../business-manager.ts';
import type { Refusal } from '../refusal.ts';
import { findBusiness } from './businesses.ts';
import { takeGraphId } from './graph-ids.ts';
import { listPage, type Page, type PageRequest } from './pages.ts';

export interface App {
  id: string;
  name: string;
  businessId: string;
  /** Counts the app's secrets, from 1. */
  secretVersion: number;
  secretChangedAtMs: number;
  /** Whether a token of the app is good only together with a proof that the caller knows its secret. */
  requiresSecretProof: boolean;
  createdAtMs: number;
}

const columns = `id, name, business_id AS "businessId", secret_version AS "secretVersion",
  secret_changed_at_ms AS "secretChangedAtMs", requires_secret_proof AS "requiresSecretProof", created_at_ms AS "createdAtMs"`;

export function createApp(
  manager: BusinessManager,
  { businessId, name }: Pick<App, 'businessId' | 'name'>,
): Promise<App | Refusal> {
  return makeAdminChange(manager, 'app.created', async (tx, atMs) => {
    if (!(await findBusiness(tx, businessId))) return 'no_such_business';
    const id = await takeGraphId(tx);
    await tx.execute(
      `INSERT INTO apps (id, business_id, name, secret_version, secret_changed_at_ms, created_at_ms)
       VALUES ($1, $2, $3, 1, $4, $4)`,
      [id, businessId, name, atMs],
    );
    const app = {
      id,
      name,
      businessId,
      secretVersion: 1,
      secretChangedAtMs: atMs,
      requiresSecretProof: false,
      createdAtMs: atMs,
    };
    return { value: app, ids: { appId: id, businessId } };
  });
}

export async function findApp(q: Queryable, id: string): Promise<App | null> {
  const [app] = await q.prepared<App>('find-app', `SELECT ${columns} FROM apps WHERE id = $1`, [id]);
  return app ?? null;
}

export async function listApps(q: Queryable, businessId: string, page: PageRequest): Promise<Page<App> | Refusal> {
  if (!(await findBusiness(q, businessId))) return 'no_such_business';
  return listPage<App>(q, { table: 'apps', columns, parent: { column: 'business_id', id: businessId } }, page);
}

/** Gives the app its next secret; the one before stops working at once. */
export function rotateAppSecret(manager: BusinessManager, appId: string): Promise<App | Refusal> {
  return makeAdminChange(manager, 'app_secret.rotated', async (tx, atMs) => {
    const [app] = await tx.query<App>(
      `UPDATE apps SET secret_version = secret_version + 1, secret_changed_at_ms = $2 WHERE id = $1 RETURNING ${columns}`,
      [appId, atMs],
    );
    return app ? { value: app, ids: { appId, businessId: app.businessId } } : 'no_such_app';
  });
}

/** Says whether tokens of the app need a proof from now on. */
export function requireSecretProof(
  manager: BusinessManager,
  { appId, isRequired }: { appId: string; isRequired: boolean },
): Promise<App | Refusal> {
  return makeAdminChange(manager, 'app_secret_proof.changed', async (tx) => {
    const [app] = await tx.query<App>(`UPDATE apps SET requires_secret_proof = $2 WHERE id = $1 RETURNING ${columns}`, [
      appId,
      isRequired,
    ]);
    return app ? { value: app, ids: { appId, businessId: app.businessId } } : 'no_such_app';
  });
}

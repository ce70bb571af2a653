import type { Database } from '@postern/postgres';
import { limits } from '@postern/protocol';
import type { Statement } from '../access/statements.ts';
import { databaseSystems, type DatabaseSystem } from '../instance/systems.ts';
import { unless, type Check, type Verdict } from './check.ts';

/** What somebody else's rights to the tables of a system would break. */
const heldByGrants: Readonly<Record<DatabaseSystem, readonly Statement[]>> = {
  'cloud-api': ['S13', 'S16', 'S20'],
  transport: ['S21', 'S23'],
  'business-manager': ['S24'],
};

/** Who may do what in the databases. */
export const databaseAccessChecks: readonly Check[] = databaseSystems.flatMap((system) => [
  {
    statements: ['S14'],
    what: `the role of ${system} has no power over PostgreSQL, and nobody is a member of it`,
    look: async (site) => checkRole(site.databaseOf(system)),
  },
  {
    statements: heldByGrants[system],
    what: `nobody else reads the tables of ${system}`,
    look: async (site) => checkGrants(site.databaseOf(system)),
  },
]);

async function checkRole(db: Database): Promise<Verdict> {
  const [role] = await db.query<{ name: string; powers: string[] }>(
    `SELECT rolname AS name, array_remove(ARRAY[
       CASE WHEN rolsuper THEN 'SUPERUSER' END, CASE WHEN rolcreatedb THEN 'CREATEDB' END,
       CASE WHEN rolcreaterole THEN 'CREATEROLE' END, CASE WHEN rolreplication THEN 'REPLICATION' END,
       CASE WHEN rolbypassrls THEN 'BYPASSRLS' END], NULL) AS powers
     FROM pg_roles WHERE rolname = current_user`,
  );
  // Who is a member of another role has its rights; pg_read_all_data reads every table of every database.
  const members = await db.query<{ member: string; of: string }>(
    `SELECT m.rolname AS member, g.rolname AS of FROM pg_auth_members a
       JOIN pg_roles m ON m.oid = a.member JOIN pg_roles g ON g.oid = a.roleid
     WHERE NOT m.rolsuper AND (g.rolname = current_user OR m.rolname = current_user
       OR (g.rolname IN ('pg_read_all_data', 'pg_write_all_data') AND m.rolcanlogin))`,
  );
  const problems = [
    ...(role?.powers ?? []).map((power) => `${role?.name} has ${power}`),
    ...members.map(({ member, of }) => `${member} is a member of ${of}`),
  ];
  return unless(problems, `${role?.name} is an ordinary role`);
}

/** Rights of anybody but the owner (and the system's role, where that is another one), on the database, its schemas, tables and columns. Views for operators are meant so. */
const foreignRights = `
  SELECT 'database' AS kind, d.datname AS thing, acl.privilege_type AS right, acl.grantee
    FROM pg_database d CROSS JOIN aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) acl
    WHERE d.datname = current_database() AND acl.grantee = 0
  UNION ALL
  SELECT 'schema', n.nspname, acl.privilege_type, acl.grantee
    FROM pg_namespace n CROSS JOIN aclexplode(n.nspacl) acl
    WHERE n.nspname = 'public' AND acl.grantee <> n.nspowner
  UNION ALL
  SELECT 'table', c.relname, acl.privilege_type, acl.grantee
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN aclexplode(c.relacl) acl
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'operator') AND acl.grantee <> c.relowner
  UNION ALL
  SELECT 'column', c.relname || '.' || a.attname, acl.privilege_type, acl.grantee
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      CROSS JOIN aclexplode(a.attacl) acl
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'operator') AND acl.grantee <> c.relowner
  UNION ALL
  SELECT 'new ' || CASE defaclobjtype WHEN 'r' THEN 'tables' ELSE 'things' END, '', acl.privilege_type, acl.grantee
    FROM pg_default_acl CROSS JOIN aclexplode(defaclacl) acl
    WHERE defaclobjtype IN ('r', 'n') AND acl.grantee <> defaclrole`;

async function checkGrants(db: Database): Promise<Verdict> {
  const rights = await db.query<{ kind: string; thing: string; right: string; grantee: string }>(
    `SELECT kind, thing, "right", coalesce((SELECT rolname FROM pg_roles WHERE oid = grantee), 'PUBLIC') AS grantee
     FROM (${foreignRights}) AS rights
     WHERE grantee <> (SELECT oid FROM pg_roles WHERE rolname = current_user) LIMIT $1`,
    [limits.maxVerifyFindings],
  );
  const [counted] = await db.query<{ tables: number }>(
    `SELECT count(*) AS tables FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')`,
  );
  const problems = rights.map(({ kind, thing, right, grantee }) =>
    `${grantee} has ${right} on ${kind} ${thing}`.trim(),
  );
  return unless(problems, `${counted?.tables} tables, on which only their owner has rights`);
}

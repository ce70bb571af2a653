import { randomBytes } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import {
  ContentSchema,
  encode,
  limits,
  type Clock,
  type FlowRequestSchema,
  type MessageInitShape,
} from '@postern/protocol';
import type { PhoneDatabase } from '../phone-database.ts';
import { queueContent } from '../queue.ts';
import { parseObject, type Json } from './flow-json.ts';
import type { FlowSession } from './flow-session.ts';

interface SessionRow {
  session_id: string;
  file: Uint8Array;
  session: string;
}

/** A flow on a phone, and what there is of its file, compressed as it came. */
export interface StoredFlow {
  readonly session: FlowSession;
  readonly file: Uint8Array;
}

type Request = NonNullable<MessageInitShape<typeof FlowRequestSchema>['request']>;

/** A flow by its id; null when there is none. */
export function findFlow(db: PhoneDatabase, id: string): StoredFlow | null {
  return storedOf(db.get<SessionRow>('SELECT * FROM flow_sessions WHERE session_id = ?', id));
}

/** The flow that waits for the answer to this request. */
export function findAsking(db: PhoneDatabase, requestId: Uint8Array): StoredFlow | null {
  return storedOf(db.get<SessionRow>('SELECT * FROM flow_sessions WHERE request_id = ?', requestId));
}

/** Keeps a flow as it is now, inside the caller's transaction. It waits for an answer only when it asks something. */
export function keepFlow(db: PhoneDatabase, clock: Clock, { session, file }: StoredFlow, request?: Request): void {
  const requestId = request ? randomBytes(16) : null;
  const sql = 'INSERT OR REPLACE INTO flow_sessions VALUES (?, ?, ?, ?, ?)';
  db.run(sql, session.id, requestId, file, JSON.stringify(session), clock.now());
  db.run('DELETE FROM flow_sessions WHERE changed_at_ms < ?', clock.now() - limits.messageTtlMs);
  if (!request || !requestId) return;
  const { accountId, messageId, button } = session;
  const value = { requestId, messageId, button, request };
  const content = encode(ContentSchema, { body: { case: 'flowRequest', value } });
  queueContent(db, clock, { to: { accountId }, content, ttlMs: limits.flowRequestTtlMs });
}

/** The file of a flow, when all of it is there and can be read. */
export function readFile(file: Uint8Array): Json | null {
  try {
    return parseObject(inflateRawSync(file, { maxOutputLength: limits.maxFlowJsonBytes }).toString('utf8'));
  } catch {
    return null;
  }
}

function storedOf(row: SessionRow | null): StoredFlow | null {
  return row && { session: JSON.parse(row.session) as FlowSession, file: row.file };
}

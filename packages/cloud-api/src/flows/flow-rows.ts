import type { Queryable } from '@postern/postgres';
import { newGraphId } from '../local-nodes/graph-id.ts';
import type { FlowMistake } from './json/mistakes.ts';
import type { Flow, FlowCategory, FlowDefinition, FlowStatus } from './flow.ts';

interface FlowRow {
  waba_id: string;
  flow_id: string;
  place: number;
  name: string;
  categories: FlowCategory[];
  status: FlowStatus;
  flow_json: string;
  json_version: string | null;
  data_api_version: string | null;
  validation_errors: FlowMistake[];
  endpoint_uri: string | null;
  app_id: string;
  preview_since_ms: number | null;
  updated_at_ms: number;
}

const columns = `waba_id, flow_id, place, name, categories, status, flow_json, json_version, data_api_version, validation_errors,
  endpoint_uri, app_id, preview_since_ms, updated_at_ms`;

/** Reads flows by a condition of ours, and whatever follows it. */
export async function selectFlows(q: Queryable, rest: string, values: readonly unknown[]): Promise<Flow[]> {
  const rows = await q.query<FlowRow>(`SELECT ${columns} FROM flows ${rest}`, [...values]);
  return rows.map(flowOf);
}

function flowOf(row: FlowRow): Flow {
  return {
    id: row.flow_id,
    wabaId: row.waba_id,
    place: row.place,
    name: row.name,
    categories: row.categories,
    status: row.status,
    document: {
      text: row.flow_json,
      jsonVersion: row.json_version,
      dataApiVersion: row.data_api_version,
      mistakes: row.validation_errors,
    },
    endpointUri: row.endpoint_uri,
    appId: row.app_id,
    previewSinceMs: row.preview_since_ms,
    updatedAtMs: row.updated_at_ms,
  };
}

/** A flow that is made now. */
export interface NewFlow {
  readonly wabaId: string;
  readonly appId: string;
  readonly definition: FlowDefinition;
  readonly nowMs: number;
}

/** Stores a new flow, as a draft. Null when the account has one of this name. */
export async function insertFlow(q: Queryable, { wabaId, appId, definition, nowMs }: NewFlow): Promise<Flow | null> {
  const { name, categories, endpointUri, document } = definition;
  const [row] = await q.query<FlowRow>(
    `INSERT INTO flows (waba_id, flow_id, name, categories, status, flow_json, json_version, data_api_version,
       validation_errors, endpoint_uri, app_id, created_at_ms, updated_at_ms)
     VALUES ($1, $2, $3, $4, 'DRAFT', $5, $6, $7, $8, $9, $10, $11, $11)
     ON CONFLICT (waba_id, name) DO NOTHING RETURNING ${columns}`,
    [
      wabaId,
      newGraphId(),
      name,
      categories,
      document.text,
      document.jsonVersion,
      document.dataApiVersion,
      JSON.stringify(document.mistakes),
      endpointUri,
      appId,
      nowMs,
    ],
  );
  return row ? flowOf(row) : null;
}

/** Stores what a flow has become. */
export async function updateFlow(q: Queryable, flow: Flow): Promise<void> {
  const { document } = flow;
  await q.execute(
    `UPDATE flows SET name = $3, categories = $4, status = $5, flow_json = $6, json_version = $7, data_api_version = $8,
       validation_errors = $9, endpoint_uri = $10, app_id = $11, preview_since_ms = $12, updated_at_ms = $13
     WHERE waba_id = $1 AND flow_id = $2`,
    [
      flow.wabaId,
      flow.id,
      flow.name,
      flow.categories,
      flow.status,
      document.text,
      document.jsonVersion,
      document.dataApiVersion,
      JSON.stringify(document.mistakes),
      flow.endpointUri,
      flow.appId,
      flow.previewSinceMs,
      flow.updatedAtMs,
    ],
  );
}

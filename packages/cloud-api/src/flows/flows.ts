import type { Database, Transaction } from '@postern/postgres';
import { limits, type Clock } from '@postern/protocol';
import { boundOf, cutWindow, type Window } from '../contract/list-window.ts';
import type { Flow, FlowDefinition, FlowDocument } from './flow.ts';
import { FlowError } from './flow-error.ts';
import { announceFlowStatus } from './flow-events.ts';
import { insertFlow, selectFlows, updateFlow } from './flow-rows.ts';

export interface FlowPage {
  readonly flows: readonly Flow[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

/** What of a flow a business changes beside its file; what is left out stays. */
export interface FlowChange {
  readonly name?: string;
  readonly categories?: FlowDefinition['categories'];
  readonly endpointUri?: string | null;
  readonly appId?: string;
}

type Named = Pick<Flow, 'wabaId' | 'id'>;

/** The flows of every business account (contract section 5.6). What changes is announced in the same transaction. */
export class Flows {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: { db: Database; clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
  }

  /** A flow of one of these accounts; null when they have none of this id. */
  async find(wabaIds: readonly string[], flowId: string): Promise<Flow | null> {
    const rest = 'WHERE flow_id = $1 AND waba_id = ANY($2)';
    return (await selectFlows(this.#db, rest, [flowId, wabaIds]))[0] ?? null;
  }

  /** A flow, whosever it is: for who has a URL of it that was signed. */
  async findAnywhere(flowId: string): Promise<Flow | null> {
    return (await selectFlows(this.#db, 'WHERE flow_id = $1', [flowId]))[0] ?? null;
  }

  async findNamed(wabaId: string, name: string): Promise<Flow | null> {
    return (await selectFlows(this.#db, 'WHERE waba_id = $1 AND name = $2', [wabaId, name]))[0] ?? null;
  }

  async list(wabaId: string, window: Window): Promise<FlowPage> {
    const { bound, isBackwards, rows } = boundOf(window);
    const edge = bound === null ? '' : `AND place ${isBackwards ? '<' : '>'} ${bound}`;
    const rest = `WHERE waba_id = $1 ${edge} ORDER BY place ${isBackwards ? 'DESC' : ''} LIMIT ${rows}`;
    const found = await selectFlows(this.#db, rest, [wabaId]);
    const { items: flows, ...ends } = cutWindow(found, window);
    return { flows, ...ends };
  }

  /** Makes a flow, as a draft. @throws FlowError */
  create({ wabaId, appId, definition }: { wabaId: string; appId: string; definition: FlowDefinition }): Promise<Flow> {
    return this.#db.transaction(async (tx) => {
      await holdAccount(tx, wabaId);
      const [row] = await tx.query<{ flows: number }>('SELECT count(*) AS flows FROM flows WHERE waba_id = $1', [
        wabaId,
      ]);
      if ((row?.flows ?? 0) >= limits.maxFlowsPerBusinessAccount) throw new FlowError('too-many');
      const flow = await insertFlow(tx, { wabaId, appId, definition, nowMs: this.#clock.now() });
      if (!flow) throw new FlowError('name-taken');
      return flow;
    });
  }

  /** Changes what stands beside the file; null when the flow is gone. @throws FlowError */
  update(flow: Named, change: FlowChange): Promise<Flow | null> {
    return this.#change(flow, async (tx, found, nowMs) => {
      if (found.status === 'DEPRECATED') throw new FlowError('not-updatable');
      if (change.name !== undefined && change.name !== found.name) await insistFree(tx, found.wabaId, change.name);
      return { ...found, ...change, updatedAtMs: nowMs };
    });
  }

  /** Replaces the file; null when the flow is gone. @throws FlowError when it is no draft any more */
  setDocument(flow: Named, document: FlowDocument): Promise<Flow | null> {
    return this.#change(flow, async (_tx, found, nowMs) => {
      if (found.status !== 'DRAFT') throw new FlowError('not-updatable');
      return { ...found, document, updatedAtMs: nowMs };
    });
  }

  /** Makes a draft sendable to everybody, for good; null when the flow is gone. @throws FlowError */
  publish(flow: Named): Promise<Flow | null> {
    return this.#change(flow, async (_tx, found, nowMs) => {
      if (found.status !== 'DRAFT') throw new FlowError('not-publishable');
      if (found.document.mistakes.length > 0) throw new FlowError('has-mistakes');
      if (found.document.dataApiVersion !== null && found.endpointUri === null) throw new FlowError('no-endpoint');
      return { ...found, status: 'PUBLISHED', updatedAtMs: nowMs };
    });
  }

  /** Ends the sending of a flow that was published; null when the flow is gone. @throws FlowError */
  deprecate(flow: Named): Promise<Flow | null> {
    return this.#change(flow, async (_tx, found, nowMs) => {
      if (found.status !== 'PUBLISHED') throw new FlowError('not-deprecatable');
      return { ...found, status: 'DEPRECATED', updatedAtMs: nowMs };
    });
  }

  /** Makes the preview's URL another one. */
  async setPreview({ wabaId, id }: Named, previewSinceMs: number): Promise<void> {
    await this.#db.execute('UPDATE flows SET preview_since_ms = $3 WHERE waba_id = $1 AND flow_id = $2', [
      wabaId,
      id,
      previewSinceMs,
    ]);
  }

  /** Whether there was a draft to delete. @throws FlowError when it is no draft any more */
  remove({ wabaId, id }: Named): Promise<boolean> {
    return this.#db.transaction(async (tx) => {
      await holdAccount(tx, wabaId);
      const [found] = await selectFlows(tx, 'WHERE waba_id = $1 AND flow_id = $2', [wabaId, id]);
      if (!found) return false;
      if (found.status !== 'DRAFT') throw new FlowError('not-deletable');
      await tx.execute('DELETE FROM flows WHERE waba_id = $1 AND flow_id = $2', [wabaId, id]);
      return true;
    });
  }

  /** Changes a flow that is held, and announces it when its status is another. */
  #change(
    { wabaId, id }: Named,
    change: (tx: Transaction, flow: Flow, nowMs: number) => Promise<Flow>,
  ): Promise<Flow | null> {
    const nowMs = this.#clock.now();
    return this.#db.transaction(async (tx) => {
      await holdAccount(tx, wabaId);
      const [found] = await selectFlows(tx, 'WHERE waba_id = $1 AND flow_id = $2', [wabaId, id]);
      if (!found) return null;
      const changed = await change(tx, found, nowMs);
      await updateFlow(tx, changed);
      if (changed.status !== found.status) await announceFlowStatus(tx, changed, { previous: found.status, nowMs });
      return changed;
    });
  }
}

/** Lets one transaction at a time change the flows of an account. */
async function holdAccount(tx: Transaction, wabaId: string): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('flows ' || $1::text, 0))", [wabaId]);
}

async function insistFree(tx: Transaction, wabaId: string, name: string): Promise<void> {
  const taken = await tx.query('SELECT 1 FROM flows WHERE waba_id = $1 AND name = $2', [wabaId, name]);
  if (taken.length > 0) throw new FlowError('name-taken');
}

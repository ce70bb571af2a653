import { Type } from 'typebox';
import { LogReader } from '@postern/audit-log';
import { parameterError } from '../../graph-errors.ts';
import type { BusinessAccountOperation } from '../../operation.ts';
import { answerWindow, parsePlaces, type GraphList } from '../../paging.ts';
import type { Parameters } from '../../parameters.ts';
import { count, pageOf, paging } from '../../shapes.ts';

const proof = Type.Array(Type.String({ description: 'In base64, lowest first.' }));

/** An entry as it stands in the log, and the proof that it does: RFC 6962 hashes in base64, lowest first. */
interface ShownEntry {
  log_index: number;
  /** The very bytes that were hashed, as text. */
  entry: string;
  inclusion_proof: string[];
}

/**
 * `GET /{waba}/audit_log`: what was done with this business's keys, content and settings, oldest first. All proofs of an
 * answer are for the checkpoint in it. `from_size` adds the proof that the log is a continuation of what it was then.
 */
export const listAuditLog: BusinessAccountOperation = {
  name: 'list audit log',
  method: 'GET',
  edge: 'audit_log',
  permission: 'whatsapp_business_management',
  schema: {
    summary: "Lists what was done with this business's keys, content and settings, with proofs",
    isOwn: true,
    takes: Type.Object({
      ...paging,
      from_size: Type.Optional(Type.Integer({ minimum: 0, description: 'Prove that the log continues what it was.' })),
    }),
    answers: pageOf(Type.Object({ log_index: count, entry: Type.String(), inclusion_proof: proof }), {
      checkpoint: Type.Optional(Type.String()),
      verifier_key: Type.Optional(Type.String()),
      consistency_proof: Type.Optional(proof),
    }),
  },
  async run({ audit: { rows, folder } }, { node, parameters, url }) {
    const window = parsePlaces(parameters);
    const log = await LogReader.find(folder);
    if (!log) return { data: [] };
    const { items: places, ...ends } = await rows.listPlaces(node.id, log.size, window);
    const data: ShownEntry[] = [];
    for (const index of places) data.push(await showEntry(log, index));
    const page: GraphList<ShownEntry> = answerWindow(data, { places, ...ends, url });
    return {
      ...page,
      checkpoint: log.checkpoint,
      verifier_key: log.verifierKey,
      ...(await proveContinuation(log, parameters)),
    };
  },
};

async function showEntry(log: LogReader, index: number): Promise<ShownEntry> {
  const entry = Buffer.from(await log.entryAt(index)).toString('utf8');
  return { log_index: index, entry, inclusion_proof: toBase64(await log.inclusionProof(index)) };
}

async function proveContinuation(log: LogReader, parameters: Parameters): Promise<{ consistency_proof?: string[] }> {
  const size = parameters.findNumber('from_size');
  if (size === null) return {};
  if (!Number.isInteger(size) || size < 0 || size > log.size)
    throw parameterError('Param from_size must be the size in a checkpoint of this log.');
  return { consistency_proof: toBase64(await log.consistencyProof(size)) };
}

function toBase64(hashes: readonly Uint8Array[]): string[] {
  return hashes.map((hash) => Buffer.from(hash).toString('base64'));
}

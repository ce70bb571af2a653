import { Type } from 'typebox';
import type { IncomingMessage } from 'node:http';
import { limits } from '@postern/protocol';
import type { UploadNode } from '../../../local-nodes/local-nodes.ts';
import { parameterError, unknownObjectError } from '../../graph-errors.ts';
import type { GraphCall, UploadOperation } from '../../operation.ts';

const signature = Type.String({ description: 'Stands in the id of the session behind a question mark.' });
const shownProgress = Type.Object({
  id: Type.String({ pattern: '^upload:' }),
  file_offset: Type.String({ pattern: '^[0-9]+$' }),
});

/** `POST /upload:…`: the bytes from `file_offset` on; answered with the handle when they are all there (contract section 3.3). */
export const appendToUpload: UploadOperation = {
  name: 'append to upload',
  method: 'POST',
  edge: null,
  permission: 'any',
  file: 'raw',
  schema: {
    summary: 'Adds the bytes of the body to a resumable upload',
    takes: Type.Object({
      sig: Type.Optional(signature),
      file_offset: Type.Optional(Type.Integer({ minimum: 0, description: 'Usually a header.' })),
    }),
    answers: Type.Union([
      Type.Object({ h: Type.String({ description: 'The handle of the whole file.' }) }),
      shownProgress,
    ]),
  },
  async run({ uploads }, call) {
    const { node, raw } = call;
    const bytes = raw ? untilBroken(raw.stream) : none();
    const progress = await uploads.append(node, { signature: signatureOf(call), offset: offsetOf(call), bytes });
    if (!progress) throw unknownObjectError('POST', 'upload');
    return progress.handle === null ? described(call, progress.offset) : { h: progress.handle };
  },
};

/** `GET /upload:…`: how far it has come. */
export const getUpload: UploadOperation = {
  name: 'upload',
  method: 'GET',
  edge: null,
  permission: 'any',
  schema: {
    summary: 'Tells how far a resumable upload has come',
    takes: Type.Object({ sig: Type.Optional(signature) }),
    answers: shownProgress,
  },
  async run({ uploads }, call) {
    const progress = await uploads.progress(call.node, signatureOf(call));
    if (!progress) throw unknownObjectError('GET', 'upload');
    return described(call, progress.offset);
  },
};

function described(call: GraphCall<UploadNode>, offset: number): object {
  return { id: `upload:${call.node.uploadId}?sig=${signatureOf(call)}`, file_offset: String(offset) };
}

/** It stands in the id behind a question mark, so it comes as a parameter, or in the path where a client has encoded it. */
function signatureOf({ node, parameters }: GraphCall<UploadNode>): string {
  return node.signature ?? parameters.findText('sig') ?? '';
}

function offsetOf({ headers, parameters }: GraphCall<UploadNode>): number {
  const text = headers['file_offset'] ?? parameters.findText('file_offset') ?? '0';
  if (typeof text === 'string' && /^[0-9]{1,12}$/.test(text)) return Number(text);
  throw parameterError('Header file_offset must be a whole number.');
}

/** What comes of a body until its sender goes away or falls silent: the next piece continues there. */
async function* untilBroken(stream: IncomingMessage): AsyncGenerator<Uint8Array, void> {
  stream.setTimeout(limits.mediaSilenceMs, () => stream.destroy());
  try {
    // What is not wanted any more is read and thrown away by who answers, so that the answer is seen.
    for await (const bytes of stream.iterator({ destroyOnReturn: false })) yield bytes as Uint8Array;
  } catch {
    return;
  } finally {
    stream.setTimeout(0);
  }
}

async function* none(): AsyncGenerator<Uint8Array, void> {
  // Nothing comes of a request without a body.
}

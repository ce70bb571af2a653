import { Readable } from 'node:stream';
import { HttpError } from '@postern/service';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type, type Static } from 'typebox';
import type { OpenBlob } from '../blobs/blobs.ts';
import { watched } from '../blobs/transfer.ts';
import { answerFromBlobs, readBlobId, refuseBusy } from './blob-errors.ts';
import { authenticateDevice } from './device-credential.ts';
import type { BlobRoutes } from './put-blob.ts';

const Params = Type.Object({ blobId: Type.String({ maxLength: 64 }) });

/** `GET /v1/blobs/{blobId}`: an encrypted attachment, as fast as its reader takes it. */
export function getBlob(app: FastifyInstance, { accounts, blobs, silenceMs, logger }: BlobRoutes): void {
  app.get<{ Params: Static<typeof Params> }>(
    '/v1/blobs/:blobId',
    { schema: { params: Params }, exposeHeadRoute: false },
    async (request, reply) => {
      const { accountId } = await authenticateDevice(request, accounts);
      const blobId = readBlobId(request.params.blobId);
      const found = await answerFromBlobs(
        () => blobs.open(accountId, blobId),
        (error) => logger.error({ err: error }, 'a blob could not be opened'),
      );
      if (found === null) throw new HttpError(404, 'unknown_blob', 'There is no such blob, or no longer.');
      if ('retryAfterMs' in found) return refuseBusy(reply, found);
      return send(reply, found, silenceMs);
    },
  );
}

function send(reply: FastifyReply, { stream, bytes }: OpenBlob, silenceMs: number): FastifyReply {
  const patient = watched(stream, { silenceMs, onStall: () => reply.raw.destroy() });
  // The reader may be gone before the first byte, when nothing has begun to read the file.
  const body = Readable.from(patient, { objectMode: false }).once('close', () => stream.destroy());
  void reply.headers({
    'content-type': 'application/octet-stream',
    'content-length': bytes,
    'cache-control': 'no-store',
  });
  return reply.send(body);
}

import { HttpError } from '@postern/service';
import type { FastifyReply } from 'fastify';
import { BlobFolderError, DiskFullError } from '../blobs/blob-folder.ts';
import { parseBlobId, type BlobId } from '../blobs/blob-store.ts';
import type { Busy } from '../blobs/blobs.ts';
import { answerFromStore } from './store-errors.ts';

/** Reads the id of a blob from a path. @throws HttpError 400 */
export function readBlobId(text: string): BlobId {
  const blobId = parseBlobId(text);
  if (blobId === null) throw new HttpError(400, 'bad_blob_id', 'The id of a blob is 32 lower-case hex characters.');
  return blobId;
}

/** Tells a client to come again later. */
export function refuseBusy(reply: FastifyReply, { retryAfterMs }: Busy): never {
  reply.header('retry-after', Math.ceil(retryAfterMs / 1000));
  throw new HttpError(429, 'rate_limited', 'Too much at once; try again later.');
}

/** Carries out a request; when database or disk fail, the client hears that it may try again. */
export function answerFromBlobs<T>(work: () => Promise<T>, report: (error: Error) => void): Promise<T> {
  return answerFromStore(async () => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DiskFullError || error instanceof BlobFolderError)) throw error;
      report(error);
      if (error instanceof DiskFullError) throw new HttpError(507, 'disk_full', 'There is no room for it at present.');
      throw new HttpError(503, 'unavailable', 'The store does not answer; try again.');
    }
  });
}

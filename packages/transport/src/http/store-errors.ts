import { DatabaseUnavailableError } from '@postern/postgres';
import { HttpError } from '@postern/service';
import { FencedError } from '../mailbox/mailbox-store.ts';
import { WriteRefusedError } from '../mailbox/write-queue.ts';

const unavailable = [DatabaseUnavailableError, WriteRefusedError, FencedError];

/** Carries out a request; when the store does not answer, the client hears that it may try again. */
export async function answerFromStore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (unavailable.some((kind) => error instanceof kind)) {
      throw new HttpError(503, 'unavailable', 'The store does not answer; try again.');
    }
    throw error;
  }
}

import type { UploadOperation } from '../../operation.ts';
import { appendToUpload, getUpload } from './upload-session.ts';

/** What can be done with a resumable upload. */
export const uploadOperations: readonly UploadOperation[] = [appendToUpload, getUpload];

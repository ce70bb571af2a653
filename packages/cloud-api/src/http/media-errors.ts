import { TransportRefusedError, TransportUnavailableError } from '@postern/client';
import { limits } from '@postern/protocol';
import { MediaTooLargeError } from '../media/measured.ts';
import { MediaGoneError } from '../media/media-library.ts';
import { MediaRefusedError } from '../media/media-refused.ts';
import { UploadOffsetError } from '../uploads/uploads.ts';
import { GraphError, parameterError } from './graph-errors.ts';

/** How what goes wrong with media is told (contract section 3); null for anything else. */
export function findMediaError(error: unknown): GraphError | null {
  if (error instanceof MediaRefusedError)
    return error.reason === 'type'
      ? parameterError(error.sentence)
      : new GraphError(131053, { details: error.sentence });
  if (error instanceof MediaTooLargeError)
    return new GraphError(131053, { details: `Param file must be at most ${limits.maxMediaBytes} bytes long.` });
  if (error instanceof UploadOffsetError)
    return parameterError('Header file_offset must be where the upload has come to, with bytes that follow.');
  if (error instanceof MediaGoneError)
    return new GraphError(131052, { http: 404, details: 'The media cannot be had any more.' });
  if (error instanceof TransportUnavailableError || (error instanceof TransportRefusedError && error.retryable))
    return new GraphError(2);
  return null;
}

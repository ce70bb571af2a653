import { HttpError, type Logger } from '@postern/service';

/** Answers a failure that a retry may mend, such as a database that is away, with a 503; null for any other. */
export function explainRetryable(logger: Logger): (error: unknown) => HttpError | null {
  return (error) => {
    if ((error as { retryable?: unknown }).retryable !== true) return null;
    logger.warn({ err: error }, 'a request failed; a retry may help');
    return new HttpError(503, 'unavailable', 'The request cannot be carried out at the moment. Try again.');
  };
}

import { HttpError } from '@postern/service';
import { CallFailedError } from '../json-call.ts';
import type { Sandbox } from '../sandbox.ts';

/** Gives the sandbox to an operation. @throws HttpError 503 while it is still being made */
export type GetSandbox = () => Sandbox;

/** Answers what another system did not do with a 502; null for any other error. */
export function explainFailedCall(error: unknown): HttpError | null {
  if (!(error instanceof CallFailedError)) return null;
  return new HttpError(502, 'system_failed', `Another system did not do its part. ${error.message}`);
}

/** Returns the sandbox once it is ready. */
export function orNotReady(findSandbox: () => Sandbox | null): GetSandbox {
  return () => {
    const sandbox = findSandbox();
    if (!sandbox) throw new HttpError(503, 'not_ready', 'The sandbox is still starting. Try again in a moment.');
    return sandbox;
  };
}

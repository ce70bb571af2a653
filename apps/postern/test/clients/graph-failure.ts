import assert from 'node:assert/strict';
import { GraphApiError } from '@kapso/whatsapp-cloud-api';

/** The Graph's error as kapso's client understood it. */
export async function graphFailure(call: Promise<unknown>): Promise<GraphApiError> {
  const error = await call.then(
    () => assert.fail('it was accepted'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof GraphApiError, String(error));
  return error;
}

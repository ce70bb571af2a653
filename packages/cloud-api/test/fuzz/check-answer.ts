import assert from 'node:assert/strict';
import type { Answer } from '../http-rig.ts';

/** Insists that an answer is a success, or a Graph error that is the sender's fault: its code; null for a success. */
export function checkAnswer({ status, body }: Pick<Answer, 'status' | 'body'>, context: string): number | null {
  if (status === 200) {
    assert.equal(body.error, undefined, context);
    return null;
  }
  const { error } = body;
  assert.ok(status >= 400 && status < 500, `${status} ${JSON.stringify(body)}: ${context}`);
  assert.ok(Number.isInteger(error?.code) && error.code > 0, `${JSON.stringify(body)}: ${context}`);
  assert.match(error.fbtrace_id, /^A[A-Za-z0-9_-]{22,26}$/);
  assert.equal(typeof error.message, 'string');
  return error.code;
}

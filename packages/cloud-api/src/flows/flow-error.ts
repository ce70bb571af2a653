/** Why a flow was not made or changed. */
export type FlowRefusal =
  | 'name-taken'
  | 'too-many'
  | 'not-updatable'
  | 'not-publishable'
  | 'has-mistakes'
  | 'no-endpoint'
  | 'not-deprecatable'
  | 'not-deletable';

/** A flow was not made or changed, for a reason that the business can do something about. */
export class FlowError extends Error {
  override readonly name = 'FlowError';
  readonly retryable = false;
  readonly reason: FlowRefusal;

  constructor(reason: FlowRefusal) {
    super(`The flow was not changed: ${reason}.`);
    this.reason = reason;
  }
}

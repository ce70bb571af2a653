import type { MessageRig } from './message-rig.ts';
import type { Changes, Suite } from './suite.ts';

/** A request, and what it says in the contract's words. */
interface Said {
  readonly request: Record<string, unknown>;
  readonly words: object;
}

/** A request that a suite accepts. */
export function said(messages: MessageRig, suite: Suite, accepted: Suite['accepts'][string]): Said {
  const [changes, says] = (Array.isArray(accepted) ? accepted : [accepted, accepted]) as readonly [Changes, Changes];
  const expected = messages.requestOf(suite, says);
  const type = typeof expected['type'] === 'string' ? expected['type'].toLowerCase() : 'text';
  return { request: messages.requestOf(suite, changes), words: { type, [type]: expected[type] } };
}

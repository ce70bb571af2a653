import type { FaultySystem, SandboxEvent } from '@postern/sandbox';
import type { ClockMoved, SystemReport } from '@postern/service';

/** What the sandbox asks of the supervisor; each request is answered under its id. */
export type SandboxRequest =
  { kind: 'advance-clock'; ms: number; requestId: number } | { kind: 'kill'; system: FaultySystem; requestId: number };

/** What a system's process sends to the supervisor. */
export type FromSystem = SystemReport | SandboxRequest | { kind: 'event'; event: SandboxEvent };

/** The answer to a request; `error` is null when it was done. */
export interface Answer {
  kind: 'answer';
  requestId: number;
  /** How far the clocks run ahead now. */
  offsetMs: number;
  error: string | null;
}

/** What the supervisor sends to a system's process. */
export type ToSystem = ClockMoved | Answer;

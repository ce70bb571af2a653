import type { FaultySystem, SandboxEvent, Supervisor } from '@postern/sandbox';
import type { Answer, FromSystem } from './messages.ts';

/** There is nobody to ask: this sandbox runs without a supervisor. */
class NoSupervisorError extends Error {
  override readonly name = 'NoSupervisorError';
}

type Request = { kind: 'advance-clock'; ms: number } | { kind: 'kill'; system: FaultySystem };

/** The sandbox's side of its channel to the supervisor. */
export class SandboxLink implements Supervisor {
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastRequestId = 0;

  constructor() {
    process.on('message', (message: Answer) => {
      if (message.kind !== 'answer') return;
      this.#waiting.get(message.requestId)?.(message);
      this.#waiting.delete(message.requestId);
    });
  }

  async advanceClock(ms: number): Promise<number> {
    return (await this.#ask({ kind: 'advance-clock', ms })).offsetMs;
  }

  async kill(system: FaultySystem): Promise<void> {
    await this.#ask({ kind: 'kill', system });
  }

  tell(event: SandboxEvent): void {
    send({ kind: 'event', event });
  }

  async #ask(request: Request): Promise<Answer> {
    if (!process.connected) throw new NoSupervisorError('This sandbox was started without a supervisor.');
    this.#lastRequestId += 1;
    const requestId = this.#lastRequestId;
    const answer = await new Promise<Answer>((resolve) => {
      this.#waiting.set(requestId, resolve);
      send({ ...request, requestId });
    });
    if (answer.error !== null) throw new Error(answer.error);
    return answer;
  }
}

function send(message: FromSystem): void {
  if (process.connected) process.send?.(message);
}

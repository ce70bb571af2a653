import assert from 'node:assert/strict';
import type { MessageRig } from '../conformance/message-rig.ts';
import { said } from '../conformance/said.ts';
import { times } from '../conformance/suite.ts';
import { suites } from '../conformance/suites.ts';
import { makeTemplates } from '../conformance/template-requests.ts';
import { checkAnswer } from './check-answer.ts';
import { garble, mutate } from './mutations.ts';
import { Random } from './random.ts';

interface FuzzOptions {
  readonly seed: number;
  readonly untilMs: number;
  readonly now: () => number;
  /** How many requests at once. */
  readonly abreast?: number;
}

/** What came of it. */
export interface FuzzOutcome {
  readonly requests: number;
  readonly accepted: number;
  /** Code of the error → how often. */
  readonly refused: ReadonlyMap<number, number>;
}

interface FuzzedRequest {
  readonly body: string;
  readonly headers: Record<string, string>;
}

/**
 * Sends changed and broken requests to a running server until the time is up. Insists that each is accepted or refused
 * with a Graph error that is the sender's fault, that what was accepted can be read and sent, and that nothing is stored of
 * what was refused.
 */
export async function fuzzMessages(
  messages: MessageRig,
  { seed, untilMs, now, abreast = 8 }: FuzzOptions,
): Promise<FuzzOutcome> {
  const random = new Random(seed);
  const templates = await makeTemplates(messages);
  // Few beside the others, and with more to say than most.
  const requests = [...listRequests(messages), ...templates.flatMap(({ request }) => times(5, () => request))];
  const before = await messages.rig.countRows();
  const counts = { requests: 0, accepted: 0, receipts: 0 };
  const refused = new Map<number, number>();
  while (now() < untilMs) {
    const batch = Array.from({ length: abreast }, () => makeRequest(random, requests));
    const answers = await Promise.all(batch.map(({ body, headers }) => messages.post(body, headers)));
    for (const [index, answer] of answers.entries()) {
      const context = `seed ${seed}, request ${counts.requests}: ${batch[index]?.body.slice(0, 2_000)}`;
      counts.requests += 1;
      const code = checkAnswer(answer, context);
      if (code !== null) refused.set(code, (refused.get(code) ?? 0) + 1);
      else if (answer.body.messages) {
        counts.accepted += 1;
        const { type } = await messages.openWords(answer.body.messages[0].id);
        assert.notEqual(type, 'unsupported', context);
      } else counts.receipts += 1;
    }
  }
  const after = await messages.rig.countRows();
  assert.equal(after.messages - before.messages, counts.accepted, `seed ${seed}: messages`);
  const outbox = after.outbox - before.outbox - counts.accepted;
  // A receipt is one row, and one more when the business is writing.
  assert.ok(outbox >= counts.receipts && outbox <= 2 * counts.receipts, `seed ${seed}: ${outbox} rows of receipts`);
  return { requests: counts.requests, accepted: counts.accepted + counts.receipts, refused };
}

/** Every valid request of the suites, in every form that they know. */
function listRequests(messages: MessageRig): object[] {
  return Object.values(suites).flatMap((suite) =>
    Object.values(suite.accepts).map((accepted) => said(messages, suite, accepted).request),
  );
}

function makeRequest(random: Random, requests: readonly object[]): FuzzedRequest {
  const json = { 'content-type': 'application/json' };
  const request = mutate(random, random.pick(requests), random.pick(requests));
  const body = JSON.stringify(request);
  const dice = random.fraction();
  if (dice < 0.75) return { body, headers: json };
  if (dice < 0.85) return { body: garble(random, body), headers: json };
  const form = Object.entries(request).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : (JSON.stringify(value) ?? ''),
  ]);
  return {
    body: new URLSearchParams(form).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  };
}

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crashPoints, killAt, mutant, patchedEnvironment, type Patch } from '../patches/patch.ts';
import { captureEnvelopes, ratchetUse, readCaptured } from './captured-envelopes.ts';
import { newFolder, Program, until, WebhookReceiver } from './program.ts';

/** One text each way, and how often each was repeated because its request got no answer. */
interface Said {
  readonly waId: string;
  readonly outbound: string;
  readonly wamid: string;
  readonly sentAgain: number;
  /** Null when there was no answer. */
  readonly inbound: string | null;
  readonly saidAgain: number;
}

/** Two people are told more in a minute than the rates allow; to wait for those would only take time. */
function withoutRates(): Patch {
  const file = 'packages/cloud-api/src/cloud-api.ts';
  return mutant(file, 'const rates = rateLimits ? new SendingRates() : null;', 'const rates = null;');
}

/** A running program that can be killed at any labelled step, with everything that comes out of it written down. */
export class CrashRig {
  readonly program: Program;
  readonly #receiver: WebhookReceiver;
  readonly #armedDir: string;
  readonly #capture: string;
  readonly #limitMs: number;
  #said = 0;

  private constructor(
    program: Program,
    parts: { receiver: WebhookReceiver; armedDir: string; capture: string; limitMs: number },
  ) {
    this.program = program;
    this.#receiver = parts.receiver;
    this.#armedDir = parts.armedDir;
    this.#capture = parts.capture;
    this.#limitMs = parts.limitMs;
  }

  /** @param options.limitMs how long to wait for what must come before it counts as lost */
  static async start({
    mutants = [],
    limitMs = 30_000,
  }: { mutants?: readonly Patch[]; limitMs?: number } = {}): Promise<CrashRig> {
    const folder = newFolder();
    const [armedDir, capture] = [join(folder, 'armed'), join(folder, 'envelopes')];
    mkdirSync(armedDir);
    writeFileSync(capture, '');
    const kills = crashPoints().map((step) => killAt(step, armedDir));
    const patches = [...mutants, ...kills, captureEnvelopes(capture), withoutRates()];
    const receiver = new WebhookReceiver();
    const args = ['--webhook', await receiver.listen()];
    const program = await Program.start({ env: patchedEnvironment(patches), args });
    receiver.appSecret = program.ready.appSecret;
    return new CrashRig(program, { receiver, armedDir, capture, limitMs });
  }

  async stop(): Promise<void> {
    await this.program.remove();
    this.#receiver.close();
  }

  /** Says something each way, to one person after the other. */
  async converse(): Promise<Said> {
    this.#said += 1;
    const { waId } = this.program.ready.people[this.#said % this.program.ready.people.length] ?? { waId: '' };
    const [outbound, inbound] = [`to the person ${this.#said}`, `to the business ${this.#said}`];
    const { wamid, unanswered: sentAgain } = await this.program.sendText(waId, outbound);
    const { unanswered: saidAgain } = await this.program.say(waId, inbound);
    return { waId, outbound, wamid, sentAgain, inbound, saidAgain };
  }

  /** Has the business write to the first person, who does not answer: the ratchet of their session turns no further. */
  async tell(): Promise<Said> {
    this.#said += 1;
    const { waId } = this.program.ready.people[0] ?? { waId: '' };
    const outbound = `to the person ${this.#said}`;
    const { wamid, unanswered: sentAgain } = await this.program.sendText(waId, outbound);
    return { waId, outbound, wamid, sentAgain, inbound: null, saidAgain: 0 };
  }

  /** Speaks while a process is killed at the step, and once more after it was. */
  async speakThrough(step: string, speak: () => Promise<Said>): Promise<Said[]> {
    const armed = join(this.#armedDir, step);
    writeFileSync(armed, '');
    const before = await speak();
    await until(`${step} is reached`, () => !existsSync(armed), this.#limitMs);
    return [before, await speak()];
  }

  /** What was lost, said twice or forgotten of these; empty when all is well. */
  async findFaults(said: readonly Said[]): Promise<string[]> {
    const faults: string[] = [];
    for (const one of said) faults.push(...(await this.#faultsOf(one)));
    return faults;
  }

  /** Ratchet keys used twice, and envelopes that were sent with other bytes; with how many envelopes were looked at. */
  findKeyFaults(): { faults: string[]; envelopes: number } {
    const faults: string[] = [];
    const bytesOf = new Map<string, string>();
    const envelopeOf = new Map<string, string>();
    const captured = readCaptured(this.#capture);
    for (const envelope of captured) {
      const { envelopeId, ciphertext } = envelope;
      const bytes = ciphertext.toString('base64');
      if ((bytesOf.get(envelopeId) ?? bytes) !== bytes) faults.push(`envelope ${envelopeId} was sent with other bytes`);
      bytesOf.set(envelopeId, bytes);
      const use = ratchetUse(envelope);
      if (use === null) continue;
      if ((envelopeOf.get(use) ?? envelopeId) !== envelopeId) faults.push(`ratchet key ${use} was used twice`);
      envelopeOf.set(use, envelopeId);
    }
    return { faults, envelopes: captured.length };
  }

  /** How the counts of the business differ from what its webhooks told; empty when each message was counted once. */
  async findCountFaults(): Promise<string[]> {
    let faults: string[] = [];
    // What was sent again because its request got no answer may still be on its way.
    await until(
      'the counts are what was told',
      async () => (faults = await this.#compareCounts()).length === 0,
      this.#limitMs,
    ).catch(() => undefined);
    return faults;
  }

  async #compareCounts(): Promise<string[]> {
    const { cloudApi, accessToken, businessAccountId } = this.program.ready;
    const [start, end] = [Math.floor(Date.now() / 1000) - 86_400, Math.floor(Date.now() / 1000) + 86_400];
    const fields = `analytics.start(${start}).end(${end}).granularity(DAY)`;
    const url = `${cloudApi}/v25.0/${businessAccountId}?${new URLSearchParams({ fields }).toString()}`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } });
    const { analytics } = (await response.json()) as {
      analytics: { data_points: { sent: number; delivered: number }[] };
    };
    const told = (status: string) =>
      new Set(this.#receiver.updates.filter((each) => each.status === status).map(({ id }) => id)).size;
    return (['sent', 'delivered'] as const).flatMap((status) => {
      const counted = analytics.data_points.reduce((sum, point) => sum + point[status], 0);
      return counted === told(status) ? [] : [`${counted} were counted as ${status}, ${told(status)} were told`];
    });
  }

  async #faultsOf({ waId, outbound, wamid, sentAgain, inbound, saidAgain }: Said): Promise<string[]> {
    const faults: string[] = [];
    const { updates } = this.#receiver;
    const shown = async () => (await this.program.inbox(waId)).filter(({ text }) => text?.body === outbound).length;
    const statuses = () =>
      updates.filter(({ kind, id }) => kind === 'status' && id === wamid).map(({ status }) => status);
    const inboundIds = () => new Set(updates.filter(({ body }) => body === inbound).map(({ id }) => id));
    const expect = async (fault: string, condition: () => boolean | Promise<boolean>) => {
      await until(fault, condition, this.#limitMs).catch(() => faults.push(fault));
    };
    await expect(`${outbound} was not shown`, async () => (await shown()) >= 1);
    await expect(`${outbound} was not reported as delivered`, () => statuses().includes('delivered'));
    if (inbound) await expect(`${inbound} did not reach the business`, () => inboundIds().size >= 1);
    if ((await shown()) > 1 + sentAgain) faults.push(`${outbound} was shown ${await shown()} times`);
    if (inboundIds().size > 1 + saidAgain) faults.push(`${inbound} has ${inboundIds().size} ids`);
    if (statuses().indexOf('sent') > statuses().indexOf('delivered')) faults.push(`${outbound}: ${statuses().join()}`);
    return faults;
  }
}

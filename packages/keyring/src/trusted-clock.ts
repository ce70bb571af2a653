import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { limits, type Clock } from '@postern/protocol';
import { findFile, writeDurably } from './durable-file.ts';
import { ClockSuspectError } from './errors.ts';

/** How the clock stands. */
export type ClockState =
  | { readonly state: 'good' }
  | {
      readonly state: 'suspect';
      /** The last moment that was believed, Unix milliseconds. */
      readonly sinceMs: number;
      readonly jumpMs: number;
    };

export interface TrustedClockOptions {
  readonly machine: Clock;
  /** Where it is kept how far time has come. */
  readonly file: string;
  /** By how much the machine's clock was moved on purpose, as the sandbox does. */
  readonly announcedMs?: () => number;
  /** Milliseconds since the machine was started, sleep included; never jumps. */
  readonly uptimeMs?: () => number;
  /** Which start of the machine this is; null when it does not say. */
  readonly bootId?: string | null;
  /** The time that an operator has confirmed, Unix milliseconds. */
  readonly acceptAtMs?: number;
  readonly onAlarm?: (message: string) => void;
}

interface ClockRecord {
  readonly highWaterMs: number;
  readonly wallMs: number;
  readonly uptimeMs: number;
  readonly bootId: string | null;
}

/**
 * Time that never goes backwards, not over restarts either, and that notices when the machine's clock jumps forward: by
 * more than an hour against the time since the machine was started, or, over a restart of the machine, by more than it
 * may have been off. Then nothing is to be sealed or destroyed; what is past its time by that clock is still refused.
 */
export class TrustedClock implements Clock {
  readonly #options: Required<Omit<TrustedClockOptions, 'acceptAtMs' | 'onAlarm' | 'bootId'>> & TrustedClockOptions;
  readonly #bootId: string | null;
  #base: { wallMs: number; uptimeMs: number };
  #highWaterMs: number;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #suspect: { readonly sinceMs: number; readonly jumpMs: number } | null = null;
  #isBehind = false;
  #slackMs = 0;

  constructor(options: TrustedClockOptions) {
    this.#options = { announcedMs: () => 0, uptimeMs: () => uptime() * 1000, ...options };
    this.#bootId = options.bootId === undefined ? readBootId() : options.bootId;
    const record = findRecord(options.file);
    this.#highWaterMs = record?.highWaterMs ?? 0;
    this.#base = this.#baseOf(record);
    this.now();
  }

  now(): number {
    const wallMs = this.#options.machine.now();
    if (Math.abs(wallMs - this.#lookedAtMs) >= limits.clockLookMs) this.#look(wallMs);
    if (this.#suspect) return Math.max(this.#highWaterMs, wallMs);
    this.#highWaterMs = Math.max(this.#highWaterMs, this.#isBehind ? this.#countedMs() : wallMs);
    return this.#highWaterMs;
  }

  /** The present time, or the last one that was believed. */
  get believedMs(): number {
    const nowMs = this.now();
    return this.#suspect?.sinceMs ?? nowMs;
  }

  get state(): ClockState {
    this.now();
    return this.#suspect ? { state: 'suspect', ...this.#suspect } : { state: 'good' };
  }

  /** @throws ClockSuspectError */
  checkWrites(): void {
    this.now();
    if (this.#suspect) throw new ClockSuspectError(describe(this.#suspect.jumpMs));
  }

  /** Stores how far time has come, unless it is not to be believed or not set yet. */
  save(): void {
    const nowMs = this.now();
    if (this.#suspect || this.#slackMs > 0) return;
    const highWaterMs = Math.max(nowMs, findRecord(this.#options.file)?.highWaterMs ?? 0);
    const record: ClockRecord = {
      highWaterMs,
      // Of a clock that was set back the next process must know it.
      wallMs: this.#isBehind ? this.#countedMs() - this.#options.announcedMs() : this.#realMs(),
      uptimeMs: this.#options.uptimeMs(),
      bootId: this.#bootId,
    };
    writeDurably(this.#options.file, Buffer.from(JSON.stringify(record)));
  }

  /** What the time is by the machine's uptime: a clock that was set back must not lengthen a life. */
  #countedMs(): number {
    const { announcedMs, uptimeMs } = this.#options;
    return this.#base.wallMs + (uptimeMs() - this.#base.uptimeMs) + announcedMs();
  }

  /** The machine's time without what was announced. */
  #realMs(): number {
    return this.#options.machine.now() - this.#options.announcedMs();
  }

  #look(wallMs: number): void {
    this.#lookedAtMs = wallMs;
    const { uptimeMs, acceptAtMs, onAlarm } = this.#options;
    const realMs = this.#realMs();
    let jumpMs = realMs - this.#base.wallMs - (uptimeMs() - this.#base.uptimeMs);
    if (this.#slackMs > 0 && realMs >= this.#base.wallMs && jumpMs <= this.#slackMs) {
      this.#base = { wallMs: realMs, uptimeMs: uptimeMs() };
      this.#slackMs = 0;
      jumpMs = 0;
    }
    this.#noteBehind(this.#slackMs === 0 && jumpMs < -limits.maxClockJumpMs);
    if (jumpMs <= limits.maxClockJumpMs) {
      if (this.#suspect) onAlarm?.(goodAgain);
      this.#suspect = null;
      return;
    }
    if (acceptAtMs !== undefined && Math.abs(realMs - acceptAtMs) <= limits.clockAcceptanceMs) {
      this.#base = { wallMs: realMs, uptimeMs: uptimeMs() };
      this.#suspect = null;
      return;
    }
    if (!this.#suspect) onAlarm?.(describe(jumpMs));
    this.#suspect = { sinceMs: this.#highWaterMs, jumpMs };
  }

  #noteBehind(isBehind: boolean): void {
    if (isBehind !== this.#isBehind) this.#options.onAlarm?.(isBehind ? setBack : goodAgain);
    this.#isBehind = isBehind;
  }

  /** What later times are compared with: the last record, or this moment when there is none. */
  #baseOf(record: ClockRecord | null): { wallMs: number; uptimeMs: number } {
    const uptimeMs = this.#options.uptimeMs();
    const wallMs = this.#realMs();
    if (!record) return { wallMs, uptimeMs };
    if (record.bootId !== null && record.bootId === this.#bootId)
      return { wallMs: record.wallMs, uptimeMs: record.uptimeMs };
    // The machine was off for a while, nothing says how long but its clock. One that is behind has lost the time and is to be
    // set: once, and by no more than the machine may have been off.
    if (wallMs < record.wallMs) this.#slackMs = limits.maxMachineOffMs;
    const offMs = Math.min(Math.max(wallMs - record.wallMs, 0), limits.maxMachineOffMs);
    return { wallMs: record.wallMs, uptimeMs: uptimeMs - offMs };
  }
}

const goodAgain = 'The clock of this machine is good again.';
const setBack = 'The clock of this machine was set back. Time is counted by its uptime until it is right again.';

function describe(jumpMs: number): string {
  const hours = Math.round(jumpMs / limits.hourMs);
  return `The clock of this machine has jumped forward by ${hours} h. Nothing is stored and no key is destroyed until it is set right, or confirmed with acceptClockAt.`;
}

function findRecord(file: string): ClockRecord | null {
  const bytes = findFile(file);
  return bytes && (JSON.parse(bytes.toString()) as ClockRecord);
}

function readBootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}

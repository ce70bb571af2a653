import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import { limits, type Clock } from '@postern/protocol';
import { combineKeys, deadlineMs, type Sealer } from '../sealing/sealer.ts';
import type { Flow } from './flow.ts';
import type { Flows } from './flows.ts';

/** What a URL is for: getting a flow's file, or looking at its screens. */
export type FlowLinkPurpose = 'file' | 'preview';

/** What a URL of a flow says. */
export interface FlowLinkClaims {
  readonly flowId: string;
  readonly sinceMs: number;
  readonly signature: string;
}

export interface FlowLink extends FlowLinkClaims {
  readonly expiresMs: number;
}

interface FlowLinksOptions {
  readonly flows: Pick<Flows, 'findAnywhere' | 'setPreview'>;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

/**
 * URLs of flows that need no token. They are signed under the keyring's key of the hour in which they were made, so that
 * none outlives it.
 */
export class FlowLinks {
  readonly #flows: FlowLinksOptions['flows'];
  readonly #sealer: Sealer;
  readonly #clock: Clock;

  constructor({ flows, sealer, clock }: FlowLinksOptions) {
    this.#flows = flows;
    this.#sealer = sealer;
    this.#clock = clock;
  }

  /** A URL of the flow's file, for a short while. @throws ClockSuspectError */
  linkFile(flow: Pick<Flow, 'id'>): Promise<FlowLink> {
    return this.#sign('file', flow.id, this.#clock.now());
  }

  /** The URL of the flow's preview; another one than before when that is over, or is to be. @throws ClockSuspectError */
  async linkPreview(flow: Flow, isInvalidated: boolean): Promise<FlowLink> {
    const nowMs = this.#clock.now();
    const { previewSinceMs } = flow;
    if (previewSinceMs !== null && !isInvalidated && nowMs < this.#expiresMs('preview', previewSinceMs))
      return this.#sign('preview', flow.id, previewSinceMs);
    const sinceMs = Math.max(nowMs, (previewSinceMs ?? 0) + 1);
    await this.#flows.setPreview(flow, sinceMs);
    return this.#sign('preview', flow.id, sinceMs);
  }

  /** The flow that a URL of ours names; null when it is none, is over, or was replaced by another. */
  async open(purpose: FlowLinkPurpose, { flowId, sinceMs, signature }: FlowLinkClaims): Promise<Flow | null> {
    const nowMs = this.#clock.now();
    if (sinceMs > nowMs || nowMs >= this.#expiresMs(purpose, sinceMs)) return null;
    const key = this.#sealer.findTimeKey(this.#sealer.longLifetime(sinceMs));
    if (!key) return null;
    const [given, expected] = [Buffer.from(signature, 'base64url'), signatureOf(key, { purpose, flowId, sinceMs })];
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    const flow = await this.#flows.findAnywhere(flowId);
    return purpose === 'preview' && flow?.previewSinceMs !== sinceMs ? null : flow;
  }

  async #sign(purpose: FlowLinkPurpose, flowId: string, sinceMs: number): Promise<FlowLink> {
    const key = await this.#sealer.timeKey(this.#sealer.longLifetime(sinceMs));
    const signature = signatureOf(key, { purpose, flowId, sinceMs }).toString('base64url');
    return { flowId, sinceMs, signature, expiresMs: this.#expiresMs(purpose, sinceMs) };
  }

  #expiresMs(purpose: FlowLinkPurpose, sinceMs: number): number {
    if (purpose === 'file') return sinceMs + limits.flowFileUrlMs;
    return Math.min(sinceMs + limits.flowPreviewMs, deadlineMs(this.#sealer.longLifetime(sinceMs)));
  }
}

function signatureOf(
  key: KeyObject,
  { purpose, flowId, sinceMs }: { purpose: FlowLinkPurpose; flowId: string; sinceMs: number },
): Buffer {
  const linkKey = combineKeys(key, Buffer.from('postern flow links v1'));
  return createHmac('sha256', linkKey).update(`${purpose}\0${flowId}\0${sinceMs}`).digest();
}

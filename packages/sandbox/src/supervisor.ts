/** What can be killed to see how the others take it. */
export const faultySystems = ['transport', 'business-manager', 'cloud-api', 'cloud-api-worker', 'postgresql'] as const;
export type FaultySystem = (typeof faultySystems)[number];

/** What happens in the sandbox, for whoever watches. */
export type SandboxEvent =
  | { event: 'webhook'; signature: 'valid' | 'wrong'; body: unknown }
  | { event: 'webhook-endpoint'; url: string; accepted: boolean; message: string };

/** What the sandbox asks of the program that runs all systems. */
export interface Supervisor {
  /** Moves every system's clock forward. Returns how far it now runs ahead of the machine's. */
  advanceClock(ms: number): Promise<number>;
  /** Kills a system the hard way; it is started again. */
  kill(system: FaultySystem): Promise<void>;
  tell(event: SandboxEvent): void;
}

export { sandboxConfig, type SandboxConfig } from './config.ts';
export { startSandbox, type SandboxAnnouncement, type SandboxOptions } from './start.ts';
export type { FaultySystem, SandboxEvent, Supervisor } from './supervisor.ts';

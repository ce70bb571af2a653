import type { Clock } from '@postern/protocol';
import { createLogger, readConfig, runProcess, type Logger, type Running } from '@postern/service';
import { environmentPrefixes, type SystemName } from '../instance/systems.ts';
import { SandboxLink } from '../supervisor/sandbox-link.ts';

type Start = (clock: Clock) => Promise<Running>;

interface Settings {
  prefix: string;
  env: NodeJS.ProcessEnv;
  file: string | undefined;
}

/** Runs one system in this process until it is told to stop. @throws ConfigError when a setting is missing or wrong */
export async function serve({ system, config }: { system: SystemName; config: string | undefined }): Promise<void> {
  // Whatever a system writes is for its own user alone.
  process.umask(0o077);
  // Whoever kept the log may be gone before this process is.
  process.stderr.on('error', () => {});
  const logger = createLogger({ system });
  const settings = { prefix: environmentPrefixes[system], env: process.env, file: config };
  await runProcess(logger, await loaders[system](settings, logger));
}

/** Each loads the package of one system alone, and reads that system's settings. */
const loaders: Readonly<Record<SystemName, (settings: Settings, logger: Logger) => Promise<Start>>> = {
  async transport(settings, logger) {
    const { startTransport, transportConfig } = await import('@postern/transport');
    const config = readConfig(transportConfig, settings);
    return (clock) => startTransport({ config, clock, logger });
  },
  async 'business-manager'(settings, logger) {
    const { businessManagerConfig, startBusinessManager } = await import('@postern/business-manager');
    const config = readConfig(businessManagerConfig, settings);
    return (clock) => startBusinessManager({ config, clock, logger });
  },
  async 'cloud-api'(settings, logger) {
    const { cloudApiConfig, startCloudApi } = await import('@postern/cloud-api');
    const config = readConfig(cloudApiConfig, settings);
    return (clock) => startCloudApi({ config, clock, logger });
  },
  async 'cloud-api-worker'(settings, logger) {
    const { cloudApiConfig, startCloudApiWorker } = await import('@postern/cloud-api');
    const config = readConfig(cloudApiConfig, settings);
    return (clock) => startCloudApiWorker({ config, clock, logger });
  },
  async sandbox(settings, logger) {
    const { sandboxConfig, startSandbox } = await import('@postern/sandbox');
    const config = readConfig(sandboxConfig, settings);
    const supervisor = new SandboxLink();
    return (clock) => startSandbox({ config, clock, logger, supervisor });
  },
};

import { createPrinter } from '../printing/printer.ts';
import { Instance } from '../supervisor/instance.ts';

export interface StartOptions {
  data: string;
  port: number;
  webhook: string | null;
  https: { port: 'next' | number; names: readonly string[] } | null;
  json: boolean;
}

/** Runs everything on this machine until it is stopped. Resolves to the exit code. */
export async function start({ data, port, webhook, https, json }: StartOptions): Promise<number> {
  const printer = createPrinter({ json, write: (text) => void process.stdout.write(text) });
  const instance = new Instance({
    dataDir: data,
    port,
    webhookUrl: webhook,
    ...(https && { https }),
    onEvent: printer.event,
  });
  const stopped = untilToldToStop(instance, printer.stopping);
  try {
    const ready = await instance.start();
    if (ready) printer.ready(ready, instance.folder.root);
  } catch (error) {
    await instance.stop();
    throw error;
  }
  await stopped;
  printer.stopped();
  return 0;
}

/** The first signal stops softly, the second at once. */
function untilToldToStop(instance: Instance, onStopping: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let isStopping = false;
    const stop = () => {
      if (isStopping) {
        void instance.abandon().finally(() => process.exit(1));
        return;
      }
      isStopping = true;
      onStopping();
      instance.stop().then(resolve, reject);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  });
}

import { registerHooks } from 'node:module';

// Loaded before a program, this makes it die without a trace at the crash point named in CRASH_AT.
const marker = `// crash point: ${process.env['CRASH_AT']}`;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.includes('/src/') || !loaded.source) return loaded;
    const source = Buffer.from(loaded.source as Uint8Array).toString('utf8');
    return source.includes(marker)
      ? { ...loaded, source: source.replace(marker, "process.kill(process.pid, 'SIGKILL');") }
      : loaded;
  },
});

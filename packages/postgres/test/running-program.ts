import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface RunningProgram {
  process: ChildProcess;
  server: { pid: number; socketDir: string; url: string };
  /** Closes its input and waits for its end; gives the exit code. */
  finish(): Promise<number | null>;
  /** kill -9. */
  kill(): Promise<void>;
}

export interface ProgramOptions {
  program: string;
  dataDir: string;
  sharedDir: string;
  uid?: number;
  gid?: number;
}

/** Runs `start-server.ts` as a program of its own. Throws what it printed when it does not get the server up. */
export async function runProgram({ program, dataDir, sharedDir, ...account }: ProgramOptions): Promise<RunningProgram> {
  const child = spawn(process.execPath, [program, dataDir, sharedDir], { cwd: '/', ...account });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const line = await Promise.race([once(createInterface(child.stdout), 'line'), ended.then(() => null)]);
  if (line === null) throw new Error(errors);
  return {
    process: child,
    server: JSON.parse(String(line[0])),
    async finish() {
      child.stdin.end();
      const [code] = await ended;
      return code;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

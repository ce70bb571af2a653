import { join } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';
import { root } from './tree.ts';

export interface FileReport {
  passed: number;
  failed: number;
  skipped: number;
  /** For people: the file, its time, and a line for each test; for a failed test also why. */
  text: string;
}

/** What the test runner says of one test or suite that has ended. */
interface Ended {
  name: string;
  nesting: number;
  file?: string | undefined;
  skip?: string | boolean | undefined;
  todo?: string | boolean | undefined;
  details: { type?: string | undefined; duration_ms: number; error?: { cause?: unknown; failureType?: string } };
}

const maxPrintedChars = 64 * 1024;

/** Gathers the events of one file's run. */
class Record {
  readonly #path: string;
  readonly #openTitles: string[] = [];
  readonly #lines: string[] = [];
  #printed = '';
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  constructor(path: string) {
    this.#path = path;
  }

  start(name: string, nesting: number): void {
    this.#openTitles.length = nesting;
    this.#openTitles[nesting] = name;
  }

  pass(test: Ended): void {
    if (test.name === this.#path) return this.#addFailure('the file has no tests', '');
    if (test.details.type === 'suite') return;
    if (this.#addSkipped(test)) return;
    this.#passed += 1;
    this.#lines.push(`  ✔ ${this.#title(test)} (${Math.round(test.details.duration_ms)} ms)`);
  }

  fail(test: Ended): void {
    const { type, error } = test.details;
    if (type === 'suite' && error?.failureType === 'subtestsFailed') return;
    if (this.#addSkipped(test)) return;
    const why = error?.failureType === 'testAborted' ? 'stopped: it took too long' : inspect(error?.cause ?? error);
    this.#addFailure(test.name === this.#path ? 'the file itself failed' : this.#title(test), why);
  }

  print(text: string): void {
    this.#printed = (this.#printed + text).slice(-maxPrintedChars);
  }

  report(file: string, seconds: number): FileReport {
    const counts = `${this.#passed} passed, ${this.#failed} failed, ${this.#skipped} skipped`;
    const printed = this.#failed > 0 && this.#printed !== '' ? [indent(`It printed:\n${this.#printed.trimEnd()}`)] : [];
    const head = `${this.#failed > 0 ? '✖' : '✔'} ${file}  ${counts}  ${seconds.toFixed(1)} s`;
    const text = [head, ...this.#lines, ...printed].join('\n');
    return { passed: this.#passed, failed: this.#failed, skipped: this.#skipped, text };
  }

  #title({ name, nesting }: Ended): string {
    return [...this.#openTitles.slice(0, nesting), name].join(' › ');
  }

  #addSkipped(test: Ended): boolean {
    const reason = test.skip ?? test.todo ?? false;
    if (reason === false) return false;
    this.#skipped += 1;
    this.#lines.push(`  ﹣ ${this.#title(test)} (skipped${typeof reason === 'string' ? `: ${reason}` : ''})`);
    return true;
  }

  #addFailure(title: string, why: string): void {
    this.#failed += 1;
    this.#lines.push(`  ✖ ${title}`, ...(why === '' ? [] : [indent(why)]));
  }
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '      ');
}

/**
 * Runs one test file in a process of its own. A file that takes longer than the limit is stopped and has failed, and
 * so has a file without tests.
 */
export async function runTestFile(file: string, limitMs: number): Promise<FileReport> {
  const path = join(root, file);
  const startedMs = performance.now();
  const record = new Record(path);
  const events = run({ files: [path], cwd: root, signal: AbortSignal.timeout(limitMs) });
  events.on('test:start', ({ name, nesting }) => record.start(name, nesting));
  events.on('test:pass', (test) => record.pass(test));
  events.on('test:fail', (test) => record.fail(test));
  events.on('test:stdout', ({ message }) => record.print(message));
  events.on('test:stderr', ({ message }) => record.print(message));
  await new Promise((resolve, reject) => events.on('end', resolve).on('error', reject).resume());
  return record.report(file, (performance.now() - startedMs) / 1000);
}

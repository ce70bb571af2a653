import { existsSync } from 'node:fs';
import { systemClock } from '@postern/protocol';
import { runCheck, type Finding } from '../doctor/finding.ts';
import { checkHealth, checkModes, checkPorts, describeLock, isRunning } from '../doctor/instance-checks.ts';
import { checkDisk, checkNode, checkPostgres, checkSignal } from '../doctor/machine-checks.ts';
import { describeDataFolder, type DataFolder } from '../instance/data-folder.ts';

/** Looks whether everything is in order. Resolves to the exit code: 0 only if it is. */
export async function doctor(options: { data: string; port: number; json: boolean }): Promise<number> {
  const folder = describeDataFolder(options.data);
  const findings = [...(await examineMachine(folder)), ...(await examineInstance(folder, options.port))];
  process.stdout.write(options.json ? toJson(findings) : toText(findings));
  return findings.every(({ ok }) => ok) ? 0 : 1;
}

async function examineMachine(folder: DataFolder): Promise<Finding[]> {
  return [
    await runCheck('node', () => checkNode(process.versions.node)),
    await runCheck('libsignal', checkSignal),
    await runCheck('postgresql', checkPostgres),
    await runCheck('disk', () => checkDisk(folder)),
  ];
}

async function examineInstance(folder: DataFolder, port: number): Promise<Finding[]> {
  const running = isRunning(folder);
  return [
    await runCheck('data folder', () => checkModes(folder)),
    ...(await examineHttps(folder, running)),
    describeLock(running),
    ...(running ? await checkHealth(folder) : [await runCheck('ports', () => checkPorts(port))]),
  ];
}

async function examineHttps(folder: DataFolder, running: boolean): Promise<Finding[]> {
  if (!existsSync(folder.certificatesDir)) return [];
  const { checkCertificate, checkHttps } = await import('../doctor/https-checks.ts');
  const findings = [checkCertificate(folder, systemClock), running ? await checkHttps(folder) : null];
  return findings.filter((finding) => finding !== null);
}

function toJson(findings: readonly Finding[]): string {
  return findings.map((finding) => `${JSON.stringify({ event: 'check', ...finding })}\n`).join('');
}

function toText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.map(({ check, ok, message, remedy }) => {
    const todo = ok || remedy === undefined ? '' : `\n${' '.repeat(width + 11)}${remedy}\n`;
    return `${ok ? 'ok     ' : 'PROBLEM'}  ${check.padEnd(width)}  ${message}${todo}\n`.replace('\n\n', '\n');
  });
  const problems = findings.filter(({ ok }) => !ok).length;
  return `${lines.join('')}\n${problems === 0 ? 'Everything is in order.' : `Problems: ${problems}.`}\n`;
}

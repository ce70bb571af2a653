import { readdirSync, readFileSync } from 'node:fs';

/** What one process holds, in megabytes (10^6 bytes). */
export interface ProcessMemory {
  readonly name: string;
  readonly pid: number;
  /** Resident, shared pages counted in full. */
  readonly rssMb: number;
  /** Resident, shared pages divided among those who share them: these add up. */
  readonly pssMb: number;
}

/** The memory of a process and all its descendants, PostgreSQL's summed up; empty where there is no /proc. */
export function listProcessMemory(rootPid: number): ProcessMemory[] {
  const parents = readParents();
  const family = [...parents.keys()].filter((pid) => isWithin(pid, rootPid, parents));
  const memory = family.flatMap((pid) => readMemory(pid) ?? []);
  const postgres = memory.filter(({ name }) => name === 'postgres');
  const others = memory.filter(({ name }) => name !== 'postgres');
  const [first] = postgres;
  return first ? [...others, { ...first, rssMb: sum(postgres, 'rssMb'), pssMb: sum(postgres, 'pssMb') }] : others;
}

function sum(list: readonly ProcessMemory[], field: 'rssMb' | 'pssMb'): number {
  return Math.round(list.reduce((total, one) => total + one[field], 0) * 10) / 10;
}

function readParents(): Map<number, number> {
  try {
    const pids = readdirSync('/proc').filter((entry) => /^[0-9]+$/.test(entry));
    return new Map(pids.flatMap((pid) => readParent(pid) ?? []));
  } catch {
    return new Map();
  }
}

function readParent(pid: string): [[number, number]] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return [[Number(pid), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]];
  } catch {
    return null;
  }
}

function isWithin(pid: number, rootPid: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at)) {
    if (at === rootPid) return true;
  }
  return false;
}

function readMemory(pid: number): ProcessMemory | null {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const megabytes = (field: string) =>
      Math.round(Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(rollup)?.[1] ?? 0) * 0.1024) / 100;
    return { name: nameOf(pid), pid, rssMb: megabytes('Rss'), pssMb: megabytes('Pss') };
  } catch {
    return null;
  }
}

/** The system that a process runs, as its command line says. */
function nameOf(pid: number): string {
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  if (words[0]?.includes('postgres')) return 'postgres';
  const serve = words.indexOf('serve');
  return (serve >= 0 ? words[serve + 1] : undefined) ?? (words.includes('bench') ? 'supervisor+load' : 'supervisor');
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** What the kernel says about processes. Only Linux has it. */
export const canReadProcesses = existsSync('/proc/self/stat');

/** `USER_HZ`, 100 on every Linux that Bun runs on. */
const TICKS_PER_SECOND = 100;

interface ProcessState {
  pid: number;
  parent: number;
  /** User and system time so far. */
  cpuSeconds: number;
}

/** A process with everything below it, the root first. */
export function processTree(root: number): ProcessState[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readState(Number(name)))
    .filter((state) => state !== null);
  const tree = all.filter(({ pid }) => pid === root);
  for (const member of tree) tree.push(...all.filter(({ parent }) => parent === member.pid));
  return tree;
}

/** Memory in RAM, in MB of 10⁶ bytes. 0 for a process that is gone. */
export const residentMb = (pid: number): number => kilobytes(pid, 'VmRSS') / 1000;

/** The most memory that the process had in RAM since the last call of `forgetPeak`. */
export const peakMb = (pid: number): number => kilobytes(pid, 'VmHWM') / 1000;

/** proc(5): writing 5 sets the peak to what is in RAM now. */
export const forgetPeak = (pid: number): Promise<number> => Bun.write(`/proc/${pid}/clear_refs`, '5\n');

export const commandOf = (pid: number): string => readOf(pid, 'cmdline')?.replaceAll('\0', ' ').trim() ?? '';

function kilobytes(pid: number, field: string): number {
  const kib = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readOf(pid, 'status') ?? '')?.[1];
  return (Number(kib ?? 0) * 1024) / 1000;
}

function readState(pid: number): ProcessState | null {
  // Fields after the name, which stands in parentheses and may hold anything: state, parent, …, utime (12th), stime (13th).
  const fields = readOf(pid, 'stat')
    ?.replace(/^.*\) /s, '')
    .split(' ');
  if (!fields) return null;
  return {
    pid,
    parent: Number(fields[1]),
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
  };
}

function readOf(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    // It ended meanwhile.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

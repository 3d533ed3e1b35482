import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Pids of living processes that work in a folder or name it in their arguments. Read from /proc: `ps` is not everywhere. */
export function processesAbout(path: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => isAlive(pid) && [read(pid, 'cwd'), read(pid, 'cmdline')].some((text) => text.includes(path)));
}

/** A zombie that waits for its reaper counts as gone. */
export function isAlive(pid: number): boolean {
  const state = /\) (\S)/.exec(read(pid, 'stat'))?.[1];
  return state !== undefined && state !== 'Z';
}

/** Empty for a process that has ended meanwhile, or is not ours to look at. */
function read(pid: number, name: 'cwd' | 'cmdline' | 'stat'): string {
  const path = `/proc/${pid}/${name}`;
  try {
    return name === 'cwd' ? readlinkSync(path) : readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

export interface GuardLimits {
  /** Bytes of private writable memory (RLIMIT_DATA). Not address space: JavaScript engines reserve 100 GB of that and use little. */
  memoryBytes?: number;
  /** The largest file the child may write (RLIMIT_FSIZE). */
  fileBytes?: number;
  /** Wall-clock limit of the run, turned into a CPU limit that grandchildren inherit and that outlives this process. */
  timeoutSeconds: number;
}

let found: { prlimit: string | null; setpriv: string | null } | undefined;

/**
 * Wraps a command so that it cannot outlive or outgrow us: `setpriv --pdeathsig KILL` makes the kernel kill it when this
 * process dies, even by `kill -9`; `prlimit` caps memory, file size and CPU seconds. Both come with util-linux, so on any
 * Linux; elsewhere the command runs unwrapped and only the time limits hold.
 */
export function guardedCommand(command: string, args: readonly string[], limits: GuardLimits): [string, ...string[]] {
  const { prlimit, setpriv } = (found ??= findGuards());
  const wrapped: string[] = [];

  if (prlimit) {
    wrapped.push(prlimit, `--cpu=${Math.ceil(limits.timeoutSeconds * availableParallelism())}`, '--core=0');
    if (limits.memoryBytes !== undefined) wrapped.push(`--data=${Math.floor(limits.memoryBytes)}`);
    if (limits.fileBytes !== undefined) wrapped.push(`--fsize=${Math.floor(limits.fileBytes)}`);
  }
  if (setpriv) wrapped.push(setpriv, '--pdeathsig', 'KILL');

  return [...wrapped, command, ...args] as [string, ...string[]];
}

/** Busybox has both names but neither `--pdeathsig` nor long options, so each is tried once before it is trusted. */
function findGuards() {
  const works = (tool: string, ...args: string[]) => {
    const path = Bun.which(tool);
    const truth = Bun.which('true');
    return path && truth && spawnSync(path, [...args, truth], { stdio: 'ignore' }).status === 0 ? path : null;
  };
  return { prlimit: works('prlimit', '--core=0'), setpriv: works('setpriv', '--pdeathsig', 'KILL') };
}

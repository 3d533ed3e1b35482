import { spawn, type ChildProcess } from 'node:child_process';
import { open } from 'node:fs/promises';
import { NexusError } from '@nexus/shared/platform';
import { guardedCommand } from './process-guard.ts';
import { lineSplitter } from './process-lines.ts';

/** Two seconds to finish a file properly after SIGTERM, then SIGKILL. */
const GRACE_MS = 2000;
const STDERR_TAIL_CHARS = 8 * 1024;

/** Where people get the programs we call. The words follow "`name` is not installed". */
const HOW_TO_INSTALL: Record<string, string> = {
  ffmpeg: 'Install it with `apt-get install ffmpeg` or `brew install ffmpeg`.',
  ffprobe: 'It comes with ffmpeg: `apt-get install ffmpeg` or `brew install ffmpeg`.',
  'yt-dlp': 'Install it with `pipx install yt-dlp` or `brew install yt-dlp`.',
};

export interface ProcessOptions {
  signal: AbortSignal;
  /** Wall-clock limit for the whole run. */
  timeoutSeconds: number;
  /** Watchdog: without progress for this long the whole group is killed. */
  stallSeconds: number;
  /** Standard output beyond this ends the run. Counts only what is kept, so not with `onStdout` or `onStdoutLine`. */
  maxOutputBytes?: number;
  /** Limit on private writable memory, where the system has `prlimit`. */
  memoryBytes?: number;
  /** Limit on each file the child writes, where the system has `prlimit`. */
  maxFileBytes?: number;
  cwd?: string;
  /**
   * A file the child may read as `/dev/fd/3`. The child never learns its name, so a name cannot be taken for an option, a
   * pattern or an address, and the kind is told by content alone.
   */
  inputPath?: string;
  /** Added to a minimal environment; ours is not passed on because it holds secrets. */
  env?: Record<string, string>;
  /** Raw bytes instead of collecting. A returned promise holds the child back until it settles. */
  onStdout?: (chunk: Uint8Array) => void | Promise<void>;
  onStdoutLine?: (line: string) => void;
  onStderrLine?: (line: string) => void;
  /** When given, only lines for which it holds feed the watchdog; otherwise any output does. */
  isProgress?: (line: string) => boolean;
  /** Lines of a progress meter on standard error: not kept in `stderrTail`, where they would push out the reason of a failure. */
  isMeter?: (line: string) => boolean;
}

export interface ProcessResult {
  /** Null when a signal ended it (then `signal` names it). */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** Empty when a callback took the output. */
  stdout: Uint8Array;
  /** The last 8 KiB of standard error: for the log, as an error's cause. */
  stderrTail: string;
}

/**
 * Runs a program to its end: no shell, no standard input, a process group of its own that is killed as a whole on abort,
 * timeout or stall. A non-zero exit is returned, not thrown, because only the caller knows what it means.
 * Errors: `canceled`, `stalled`, `too-large` (output), `not-configured` (program missing).
 */
export async function runProcess(
  command: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<ProcessResult> {
  if (options.signal.aborted) throw new NexusError('canceled', 'Canceled before it started.');
  const program = findProgram(command);
  const [file, ...argv] = guardedCommand(program, args, {
    memoryBytes: options.memoryBytes,
    fileBytes: options.maxFileBytes,
    timeoutSeconds: options.timeoutSeconds,
  });
  const input = options.inputPath === undefined ? undefined : await open(options.inputPath, 'r');
  try {
    const child = spawn(file, argv, {
      cwd: options.cwd,
      env: childEnvironment(options.env),
      stdio: input === undefined ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'pipe', 'pipe', input.fd],
      detached: true,
    });
    return await superviseProcess(child, command, options);
  } finally {
    await input?.close();
  }
}

/** The program's full path. Throws `not-configured` naming how to install it. */
export function findProgram(command: string): string {
  const path = Bun.which(command);
  if (path) return path;
  const how = HOW_TO_INSTALL[command] ?? 'Install it and start Nexus again.';
  throw new NexusError('not-configured', `\`${command}\` is not installed. ${how}`);
}

function superviseProcess(child: ChildProcess, command: string, options: ProcessOptions): Promise<ProcessResult> {
  const { signal, timeoutSeconds, stallSeconds, maxOutputBytes = 16 * 1024 * 1024 } = options;
  const kept: Uint8Array[] = [];
  let keptBytes = 0;
  let stderrTail = '';
  let failure: unknown;
  let killTimer: ReturnType<typeof setTimeout> | undefined;

  /** The first reason wins; later ones are consequences of the kill. */
  const stop = (reason: unknown) => {
    if (failure !== undefined) return;
    failure = reason;
    killGroup(child, 'SIGTERM');
    killTimer = setTimeout(() => killGroup(child, 'SIGKILL'), GRACE_MS);
  };
  const guarded = (work: () => void) => {
    try {
      work();
    } catch (error) {
      stop(error); // a caller's callback failed: end the child, then rethrow exactly this below
    }
  };

  const stall = setTimeout(
    () =>
      stop(
        new NexusError('stalled', `${command} made no progress for ${stallSeconds} s and was stopped.`, {
          cause: stderrTail,
        }),
      ),
    stallSeconds * 1000,
  );
  const timeout = setTimeout(
    () =>
      stop(
        new NexusError('stalled', `${command} did not finish within ${timeoutSeconds} s and was stopped.`, {
          cause: stderrTail,
        }),
      ),
    timeoutSeconds * 1000,
  );
  const onAbort = () => stop(new NexusError('canceled', 'Canceled.', { cause: signal.reason }));
  signal.addEventListener('abort', onAbort, { once: true });

  const feedWatchdog = (line?: string) => {
    if (options.isProgress === undefined || (line !== undefined && options.isProgress(line))) stall.refresh();
  };
  const stdoutLines = lineSplitter((line) =>
    guarded(() => {
      feedWatchdog(line);
      options.onStdoutLine?.(line);
    }),
  );
  const stderrLines = lineSplitter((line) =>
    guarded(() => {
      feedWatchdog(line);
      if (!options.isMeter?.(line)) stderrTail = `${stderrTail}${line}\n`.slice(-STDERR_TAIL_CHARS);
      options.onStderrLine?.(line);
    }),
  );

  child.stdout?.on('data', (chunk: Uint8Array) => {
    if (failure !== undefined) return;
    if (options.onStdout) {
      stall.refresh();
      guarded(() => {
        const wait = options.onStdout?.(chunk);
        if (!wait) return;
        child.stdout?.pause();
        wait.then(() => child.stdout?.resume(), stop);
      });
    } else if (options.onStdoutLine) {
      stdoutLines.write(chunk);
    } else {
      feedWatchdog();
      keptBytes += chunk.byteLength;
      if (keptBytes > maxOutputBytes)
        stop(new NexusError('too-large', `${command} wrote more than ${maxOutputBytes} bytes.`));
      else kept.push(chunk);
    }
  });
  child.stderr?.on('data', (chunk: Uint8Array) => stderrLines.write(chunk));

  // Grandchildren may hold our pipes open after the leader is gone: end them, so that `close` comes.
  child.once('exit', () => killGroup(child, 'SIGKILL'));

  return new Promise<ProcessResult>((resolve, reject) => {
    child.once('error', (error) => {
      failure ??= new NexusError('internal', `${command} could not be started.`, { cause: error });
      if (child.pid === undefined) finish(null, null);
    });
    child.once('close', finish);

    function finish(exitCode: number | null, exitSignal: NodeJS.Signals | null) {
      clearTimeout(stall);
      clearTimeout(timeout);
      clearTimeout(killTimer);
      signal.removeEventListener('abort', onAbort);
      stdoutLines.end();
      stderrLines.end();
      if (failure !== undefined) reject(failure);
      else resolve({ exitCode, signal: exitSignal, stdout: Buffer.concat(kept), stderrTail });
    }
  });
}

/** A negative pid addresses the group. ESRCH means that everyone in it has ended, which is what was wanted. */
function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function childEnvironment(extra: Record<string, string> | undefined): Record<string, string> {
  const environment: Record<string, string> = { LC_ALL: 'C.UTF-8' };
  for (const name of ['PATH', 'HOME', 'TMPDIR']) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return { ...environment, ...extra };
}

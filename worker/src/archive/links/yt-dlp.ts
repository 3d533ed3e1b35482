import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isProblem } from '@nexus/shared/platform';
import type { Http } from '../../platform/http.ts';
import { findProgram, runProcess } from '../../platform/process.ts';
import { flags } from '../media/ffmpeg.ts';
import { ytDlpProblem } from './yt-dlp-problem.ts';

const MEMORY_BYTES = 2 * 1024 ** 3;
const PROBE_SECONDS = 60;

/** A yt-dlp of this machine and the options it knows: Debian's and PyPI's are years apart. */
export interface YtDlp {
  path: string;
  options: ReadonlySet<string>;
}

export interface YtDlpRun {
  http: Http;
  /** Scratch folder of this run; also where it finds no settings and no plugins. */
  directory: string;
  signal: AbortSignal;
  timeoutSeconds: number;
  /** Without a line of output. A page is inspected without any. */
  stallSeconds: number;
  /** From outside, through all its connections. */
  maxBytes: number;
  /** Of one file it writes. */
  maxFileBytes?: number;
  onReceived?: (bytes: number) => void;
  onLine?: (line: string) => void;
}

const known = new Map<string, Promise<YtDlp>>();

/** Whether it is there at all, without starting it. */
export function hasYtDlp(program: string): boolean {
  try {
    findProgram(program);
    return true;
  } catch (error) {
    if (isProblem(error, 'not-configured')) return false;
    throw error;
  }
}

/** Finds the program and asks once, for each version of its file, what it can do. Throws `not-configured` when it is missing. */
export async function findYtDlp(program: string): Promise<YtDlp> {
  const path = findProgram(program);
  const version = `${path} ${(await stat(path)).mtimeMs}`;
  const found = known.get(version) ?? askOptions(path);
  known.set(version, found);
  // One that could not answer is asked again next time.
  found.catch(() => known.delete(version));
  return found;
}

async function askOptions(path: string): Promise<YtDlp> {
  const { stdout } = await runProcess(path, ['--ignore-config', '--help'], {
    // Nobody's attempt: others wait for the same answer.
    signal: AbortSignal.timeout(PROBE_SECONDS * 1000),
    timeoutSeconds: PROBE_SECONDS,
    stallSeconds: PROBE_SECONDS,
    maxOutputBytes: 1e6,
  });
  const options = new Set(new TextDecoder().decode(stdout).match(/--[a-z][a-z-]+/g) ?? []);
  return { path, options };
}

/**
 * Runs it behind the guarded door: its own redirects, fragments and players reach public addresses only. Standard output is
 * returned unless `onLine` takes it. Errors: those of `runProcess`, and what its words mean (`ytDlpProblem`).
 */
export async function runYtDlp(ytDlp: YtDlp, args: readonly string[], run: YtDlpRun): Promise<Uint8Array> {
  await using proxy = await run.http.openProxy({ maxBytes: run.maxBytes, onReceived: run.onReceived });
  const result = await runProcess(ytDlp.path, [...commonArguments(ytDlp, run.directory), ...args], {
    signal: run.signal,
    timeoutSeconds: run.timeoutSeconds,
    stallSeconds: run.stallSeconds,
    maxOutputBytes: 32e6,
    memoryBytes: MEMORY_BYTES,
    maxFileBytes: run.maxFileBytes,
    cwd: run.directory,
    env: { ...proxyEnvironment(proxy.url), XDG_CONFIG_HOME: run.directory, TMPDIR: run.directory },
    onStdoutLine: run.onLine,
  }).catch((error: unknown) => {
    throw proxy.refusal ?? error;
  });
  // It goes on past an address that was refused (a poster, a second server), so a good end is a good end.
  if (result.exitCode === 0) return result.stdout;
  throw proxy.refusal ?? ytDlpProblem(result.stderrTail);
}

/** In the environment, not as `--proxy`: old versions apply that to http and https alone, and would reach ftp addresses past it. */
function proxyEnvironment(url: string): Record<string, string> {
  return { http_proxy: url, https_proxy: url, ftp_proxy: url, all_proxy: url, no_proxy: '' };
}

function commonArguments({ options }: YtDlp, directory: string): string[] {
  const asFarAsKnown = [
    ['--no-plugin-dirs'],
    ['--no-update'],
    // Some sites are only read by running their scripts; ours is the runtime that is certainly here.
    ['--no-js-runtimes'],
    ['--js-runtimes', `bun:${process.execPath}`],
  ];
  return [
    ...flags('--ignore-config --no-exec --no-playlist --no-cache-dir --no-mtime'),
    ...flags('--socket-timeout 30 --retries 3 --fragment-retries 5 --extractor-retries 1'),
    // ffmpeg opens addresses past the door, so it is hidden. What it is needed for, Nexus does itself.
    '--ffmpeg-location',
    join(directory, 'no-ffmpeg'),
    ...asFarAsKnown.filter(([name = '']) => options.has(name)).flat(),
  ];
}

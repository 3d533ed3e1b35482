import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface FfmpegWitness {
  /** A PATH on which `ffmpeg` is the real one, with each call written down. */
  path: string;
  /** The arguments of each call so far. */
  calls(): Promise<string[][]>;
}

/** Writes down the very commands that the worker runs, so that they can be run again by hand. */
export async function ffmpegWitness(directory: string): Promise<FfmpegWitness> {
  const real = findFfmpeg();
  const folder = join(directory, 'witness');
  const log = join(directory, 'calls.txt');
  await mkdir(folder);
  // One argument a line, an empty line after each call. None of ours is empty or holds a line break.
  await Bun.write(
    join(folder, 'ffmpeg'),
    `#!/bin/sh\n{ printf '%s\\n' "$@"; echo; } >> '${log}'\nexec '${real}' "$@"\n`,
  );
  await chmod(join(folder, 'ffmpeg'), 0o755);
  return {
    path: `${folder}:${process.env.PATH}`,
    async calls() {
      const text = await Bun.file(log).text();
      return text
        .split('\n\n')
        .filter((call) => call.trim() !== '')
        .map((call) => call.trim().split('\n'));
    },
  };
}

/** Runs the commands one after the other in an empty folder, the file as descriptor 3, as the worker gives it. Answers seconds. */
export async function runByHand(calls: readonly string[][], file: string, directory: string): Promise<number> {
  const ffmpeg = findFfmpeg();
  const folder = await mkdtemp(join(directory, 'hand-'));
  try {
    const startedAt = performance.now();
    for (const args of calls) await runOnce(ffmpeg, args, file, folder);
    return (performance.now() - startedAt) / 1000;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function runOnce(ffmpeg: string, args: readonly string[], file: string, cwd: string): Promise<void> {
  const input = await open(file, 'r');
  try {
    const child = spawn(ffmpeg, args, { cwd, stdio: ['ignore', 'ignore', 'ignore', input.fd] });
    const exitCode = await new Promise((done) => child.once('close', done));
    if (exitCode !== 0) throw new Error(`ffmpeg by hand ended with ${String(exitCode)}`);
  } finally {
    await input.close();
  }
}

function findFfmpeg(): string {
  const path = Bun.which('ffmpeg');
  if (!path) throw new Error('ffmpeg is missing');
  return path;
}

import { join } from 'node:path';
import { isProblem } from '@nexus/shared/platform';
import { flags, runFfmpeg } from './ffmpeg.ts';
import type { MediaProbe } from './probe.ts';

const MAX_SECONDS_IN = 60;

/**
 * A JPEG at most 640 wide: a frame from a tenth into the film (openings are black), or the embedded cover. Null when there is
 * no picture or it cannot be decoded; a recording is as good without one.
 */
export async function makePoster(
  path: string,
  outDirectory: string,
  probe: MediaProbe,
  signal: AbortSignal,
): Promise<string | null> {
  const stream = probe.video?.index ?? probe.coverStream;
  if (stream === null) return null;
  const tenth = Math.min(MAX_SECONDS_IN, (probe.durationSeconds ?? 0) / 10);

  for (const seconds of probe.video && tenth > 0 ? [tenth, 0] : [0]) {
    if (await takeFrame(path, outDirectory, stream, seconds, signal)) return join(outDirectory, 'poster.jpg');
  }
  return null;
}

async function takeFrame(
  inputPath: string,
  cwd: string,
  stream: number,
  seconds: number,
  signal: AbortSignal,
): Promise<boolean> {
  const picture = `-map 0:${stream} -frames:v 1 -vf scale='min(640,iw)':-2,format=yuvj420p -q:v 4 -map_metadata -1`;
  try {
    await runFfmpeg({
      inputPath,
      inputArgs: seconds > 0 ? ['-ss', seconds.toFixed(3)] : [],
      outputArgs: flags(`${picture} -f image2 -update 1 poster.jpg`),
      cwd,
      signal,
      durationSeconds: 60,
    });
  } catch (error) {
    if (isProblem(error, 'unreadable-media')) return false;
    throw error;
  }
  return Bun.file(join(cwd, 'poster.jpg')).size > 0;
}

import { join } from 'node:path';
import { isProblem } from '@nexus/shared/platform';
import { flags, runFfmpeg } from './ffmpeg.ts';
import type { MediaProbe } from './probe.ts';

const MAX_SECONDS_IN = 60;
const SMALL_JPEG = "-frames:v 1 -vf scale='min(640,iw)':-2,format=yuvj420p -q:v 4 -map_metadata -1 -f image2 -update 1";
/** By content alone; `image2` would take the name for a pattern. */
const PICTURES = 'jpeg_pipe,png_pipe,webp_pipe,gif,gif_pipe,bmp_pipe';

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

/** The same of a picture file that came with a recording. Null when it is none that can be decoded. */
export async function posterFromPicture(
  path: string,
  outDirectory: string,
  signal: AbortSignal,
): Promise<string | null> {
  const target = join(outDirectory, 'poster.jpg');
  try {
    await runFfmpeg({
      inputPath: path,
      inputFormats: PICTURES,
      outputArgs: flags(`-map 0:v:0 ${SMALL_JPEG} poster.jpg`),
      cwd: outDirectory,
      signal,
      durationSeconds: 60,
    });
  } catch (error) {
    if (isProblem(error, 'unreadable-media')) return null;
    throw error;
  }
  return Bun.file(target).size > 0 ? target : null;
}

async function takeFrame(
  inputPath: string,
  cwd: string,
  stream: number,
  seconds: number,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await runFfmpeg({
      inputPath,
      inputArgs: seconds > 0 ? ['-ss', seconds.toFixed(3)] : [],
      outputArgs: flags(`-map 0:${stream} ${SMALL_JPEG} poster.jpg`),
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

import { join } from 'node:path';
import { runProcess } from '../../platform/process.ts';
import { ffmpegProblem, flags, MEMORY_BYTES, UNTRUSTED_INPUT } from '../media/ffmpeg.ts';

/** Copying is as fast as the disk: this is 5 GB on a slow one. */
const JOIN_SECONDS = 1800;

/** Pictures of one file, sound of the other, as they are, in one Matroska file: it takes every codec. `normalise` makes what browsers play. */
export async function joinStreams(
  picturesPath: string,
  soundPath: string,
  directory: string,
  signal: AbortSignal,
): Promise<string> {
  const target = join(directory, 'joined.mkv');
  const input = (path: string) => [...UNTRUSTED_INPUT, '-i', `file:${path}`];
  const result = await runProcess(
    'ffmpeg',
    [
      ...flags('-nostdin -hide_banner -loglevel error -y -progress pipe:1'),
      ...input(picturesPath),
      ...input(soundPath),
      ...flags('-map 0:v:0 -map 1:a:0 -c copy -f matroska'),
      `file:${target}`,
    ],
    {
      signal,
      timeoutSeconds: JOIN_SECONDS,
      stallSeconds: 120,
      memoryBytes: MEMORY_BYTES,
      onStdoutLine: () => undefined,
    },
  );
  if (result.exitCode !== 0) throw ffmpegProblem(result.stderrTail);
  return target;
}

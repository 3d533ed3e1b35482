import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordingRow } from '@nexus/shared/archive';
import { isProblem } from '@nexus/shared/platform';
import { flags, runFfmpeg } from '../media/ffmpeg.ts';

interface Container {
  extension: string;
  contentType: string;
  muxer: readonly string[];
}

const CONTAINERS: Record<string, Container> = {
  'audio/webm': { extension: 'webm', contentType: 'audio/webm', muxer: flags('-f webm') },
  'audio/ogg': { extension: 'ogg', contentType: 'audio/ogg', muxer: flags('-f ogg') },
  'audio/mp4': { extension: 'm4a', contentType: 'audio/mp4', muxer: flags('-movflags +faststart -f mp4') },
};

/** The type was checked when the recording was opened. */
export function containerOf(mimeType: string): Container {
  const type = mimeType.split(';')[0]?.trim().toLowerCase() ?? '';
  return CONTAINERS[type] ?? CONTAINERS['audio/webm']!;
}

/**
 * The same sound in a file that says how long it is and where its seconds are, which a stream cannot. A tail that was cut in
 * the middle of a cluster goes. A stream that ffmpeg cannot read stays as it is: the pipeline tells its user why.
 */
export async function remux(
  joined: string,
  directory: string,
  row: RecordingRow,
  signal: AbortSignal,
): Promise<string> {
  const { extension, muxer } = containerOf(row.mime_type);
  const target = `recording.${extension}`;
  try {
    await runFfmpeg({
      inputPath: joined,
      outputArgs: [...flags('-map 0:a:0 -c copy'), ...muxer, target],
      cwd: directory,
      signal,
      durationSeconds: row.recorded_seconds || null,
    });
  } catch (error) {
    if (!isProblem(error, 'unreadable-media')) throw error;
    return joined;
  }
  const path = join(directory, target);
  return (await stat(path)).size > 0 ? path : joined;
}

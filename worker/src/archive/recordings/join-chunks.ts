import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { chunkPath, type RecordingRow } from '@nexus/shared/archive';
import { isProblem } from '@nexus/shared/platform';
import type { JobIo } from '../../platform/handle.ts';
import type { WorkerPorts } from '../../platform/ports.ts';

/**
 * Writes the chunks one behind the other: what `MediaRecorder` gives is one stream, cut anywhere. One whose object is lost is
 * left out and logged, because readers find their way again at the next cluster and all the rest is worth having.
 */
export async function joinChunks(
  row: RecordingRow,
  { media }: WorkerPorts,
  directory: string,
  { signal, log }: JobIo,
): Promise<string> {
  const target = join(directory, 'joined');
  const missing: number[] = [];
  await using file = await open(target, 'w');
  for (let sequence = 0; sequence < row.next_sequence; sequence++) {
    signal.throwIfAborted();
    try {
      const chunk = await media.openLocal(chunkPath(row.org_id, row.id, sequence), directory, signal);
      for await (const bytes of createReadStream(chunk)) await file.write(bytes as Buffer);
    } catch (error) {
      if (!isProblem(error, 'not-found')) throw error;
      missing.push(sequence);
    }
  }
  if (missing.length > 0) log.set({ missing });
  return target;
}

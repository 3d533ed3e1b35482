import { join } from 'node:path';
import { NexusError } from '@nexus/shared/platform';
import type { Downloaded } from '../../platform/http.ts';
import type { StepIo } from '../step.ts';

/** A radio station at 128 kbit/s would reach the limit after four days, and take up one of the three places meanwhile. */
const MOST_UNSIZED_MS = 20 * 60 * 1000;

/** Whatever an address sends, as a file of the attempt's folder. */
export async function downloadFile(
  url: string,
  { io, maxBytes }: { io: StepIo; maxBytes: number },
): Promise<Downloaded & { path: string }> {
  const path = join(io.directory, 'download');
  const endless = new AbortController();
  const startedAt = io.ports.now().getTime();
  try {
    const downloaded = await io.ports.http.download(url, path, {
      signal: AbortSignal.any([io.signal, endless.signal]),
      maxBytes,
      onProgress({ receivedBytes, totalBytes }) {
        io.progress(totalBytes ? (receivedBytes / totalBytes) * 0.9 : 0);
        if (totalBytes === null && io.ports.now().getTime() - startedAt > MOST_UNSIZED_MS) endless.abort();
      },
    });
    return { ...downloaded, path };
  } catch (error) {
    if (!endless.signal.aborted) throw error;
    throw new NexusError('too-large', 'The address sends without end, as a live stream does. Give one of a file.');
  }
}

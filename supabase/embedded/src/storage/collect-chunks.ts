/** Bytes written between two collections, each of which stops the process for about 20 ms. */
const INTERVAL_BYTES = 24 * 1024 * 1024;

/**
 * Tells the runtime to free the chunks of bodies already written. Beside PGlite's large heap Bun waits long before it
 * collects: 1 GB through TUS raised the process by 140 MB without this, by 58 MB with it.
 */
export function createChunkCollector(): (writtenBytes: number) => void {
  let sinceBytes = 0;
  return (writtenBytes) => {
    sinceBytes += writtenBytes;
    if (sinceBytes < INTERVAL_BYTES) return;
    sinceBytes = 0;
    Bun.gc(true);
  };
}

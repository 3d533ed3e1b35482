import type { Tx } from '../platform/index.ts';
import type { PlacedSegment } from './corrections-contracts.ts';
import { newestSegments } from './newest-segments.ts';

/** A segment of the newest transcript as it is now; null when there is none, or when its line was taken out. */
export async function segmentAt(tx: Tx, itemId: string, position: number): Promise<PlacedSegment | null> {
  const [segment] = await newestSegments(tx, itemId, { from: position, limit: 1 });
  return segment?.position === position ? segment : null;
}

import type { Tx } from '../platform/index.ts';
import { activeOverlays } from './corrections/correction-rows.ts';
import { layOver } from './corrections/lay-over.ts';
import type { OverlaidSegment, Overlay } from './corrections/overlay.ts';
import type { PlacedSegment } from './corrections-contracts.ts';
import { machineSegments, newestTranscriptId, type SegmentPage } from './machine-segments.ts';
import { speakerNames } from './speaker-names.ts';

export type { PlacedSegment };

/**
 * The words of an item as its people know them: its newest transcript with their corrections laid over it and names in place of
 * labels, in order; none when it has no words. Positions are the transcript's, with gaps where a line was taken out.
 */
export async function newestSegments(tx: Tx, itemId: string, page: SegmentPage = {}): Promise<PlacedSegment[]> {
  const transcriptId = await newestTranscriptId(tx, itemId);
  if (transcriptId === undefined) return [];
  const overlays = await activeOverlays(tx, itemId);
  const segments = overlays.every((overlay) => overlay.transcriptId === transcriptId)
    ? await readPage(tx, transcriptId, overlays, page)
    : await readWhole(tx, transcriptId, overlays, page);
  const names = await speakerNames(tx, itemId);
  return segments.map((segment) => named(segment, names));
}

/** Corrections of this very version stay in their place, so that only the page is read; again, when lines in it are gone. */
async function readPage(
  tx: Tx,
  transcriptId: string,
  overlays: readonly Overlay[],
  { from = 0, limit }: SegmentPage,
): Promise<OverlaidSegment[]> {
  const found: OverlaidSegment[] = [];
  for (let next = from; ;) {
    const missing = limit === undefined ? undefined : limit - found.length;
    const machine = await machineSegments(tx, transcriptId, {
      from: next,
      ...(missing !== undefined && { limit: missing }),
    });
    found.push(...layOver(machine, overlays, transcriptId).segments);
    const last = machine.at(-1);
    if (!last || missing === undefined || machine.length < missing || found.length === limit) return found;
    next = last.position + 1;
  }
}

/** What was corrected on an earlier version may lie anywhere, across the ends of pages too. */
async function readWhole(
  tx: Tx,
  transcriptId: string,
  overlays: readonly Overlay[],
  { from = 0, limit }: SegmentPage,
): Promise<OverlaidSegment[]> {
  const { segments } = layOver(await machineSegments(tx, transcriptId), overlays, transcriptId);
  const first = segments.findIndex(({ position }) => position >= from);
  return first === -1 ? [] : segments.slice(first, limit === undefined ? undefined : first + limit);
}

function named({ hasGivenSpeaker, ...segment }: OverlaidSegment, names: ReadonlyMap<string, string>): PlacedSegment {
  const label = segment.speaker;
  const name = label === null || hasGivenSpeaker ? label : (names.get(label) ?? label);
  return { ...segment, speaker: name, speakerLabel: label };
}

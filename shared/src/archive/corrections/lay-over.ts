import type { PlacedSegment } from '../corrections-contracts.ts';
import { fitToDocument } from './fit-to-document.ts';
import { fitToSpeech } from './fit-to-speech.ts';
import { type OverlaidSegment, type Overlay, type Statement, statementsOf } from './overlay.ts';
import { reassign, rewrite } from './overlay-segment.ts';

export interface Overlaid {
  /** In order; those left without words are gone. */
  readonly segments: OverlaidSegment[];
  /** Ids of corrections whose words are not in this version. */
  readonly unfitted: ReadonlySet<string>;
}

/**
 * A version of a transcript with everything that people corrected. Corrections of this very version go by position, those of
 * earlier ones by time and likeness, in the order they were made. Pure: the same input gives the same answer.
 */
export function layOver(
  machine: readonly PlacedSegment[],
  overlays: readonly Overlay[],
  transcriptId: string,
): Overlaid {
  const segments = machine.map((segment): OverlaidSegment => ({ ...segment, hasGivenSpeaker: false }));
  const byPosition = new Map(segments.map((segment) => [segment.position, segment]));
  const isDocument = segments.every(({ startSeconds }) => startSeconds === null);
  const unfitted = new Set<string>();

  const statements = statementsOf(overlays);
  for (const statement of statements) {
    const isSameVersion = statement.transcriptId === transcriptId;
    const fit = isSameVersion
      ? place(byPosition.get(statement.position), statement)
      : isDocument
        ? fitToDocument(segments, statement)
        : fitToSpeech(segments, statement);
    for (const segment of fit ?? []) segment.correctionId = statement.id;
    if (!fit && !isSuperseded(statement, statements)) for (const id of statement.ids) unfitted.add(id);
  }
  return { segments: segments.filter(({ text }) => text !== ''), unfitted };
}

function place(segment: OverlaidSegment | undefined, statement: Statement): OverlaidSegment[] | null {
  if (!segment) return null;
  reassign(segment, statement, true);
  if (statement.text !== null) rewrite(segment, statement.text);
  return [segment];
}

/** Of its seconds this much was corrected again, on a later version. */
const COVERED_AGAIN = 0.8;

/** What was said again on a later version need not fit any more. */
function isSuperseded(statement: Statement, statements: readonly Statement[]): boolean {
  const { startSeconds: from, endSeconds: to } = statement;
  if (from === null || to === null) return false;
  return statements.some((later) => {
    if (later.number <= statement.number || later.transcriptId === statement.transcriptId) return false;
    const shared = Math.min(to, later.endSeconds ?? from) - Math.max(from, later.startSeconds ?? to);
    return shared >= COVERED_AGAIN * (to - from);
  });
}

import type { PlacedSegment } from '../corrections-contracts.ts';

/** What a person made of a segment of one version of the transcript. */
export interface Overlay {
  readonly id: string;
  /** Later ones lie above earlier ones. */
  readonly number: number;
  readonly transcriptId: string;
  readonly position: number;
  readonly startSeconds: number | null;
  readonly endSeconds: number | null;
  readonly originalText: string;
  /** Empty: the line goes. Null: only the speaker changed. */
  readonly text: string | null;
  /** Label or name; empty for nobody; null when unchanged. */
  readonly speaker: string | null;
  readonly speakerName: string | null;
}

/** A segment while corrections are laid over it. `speaker` is a label until names are put in. */
export type OverlaidSegment = PlacedSegment & {
  /** Given by hand and no label of this version: shown as it is. */
  hasGivenSpeaker: boolean;
};

/** Several corrections of one segment say one thing: the last text and the last speaker, in place of the first original. */
export interface Statement extends Overlay {
  /** What it is made of, in order. */
  readonly ids: readonly string[];
}

export function statementsOf(overlays: readonly Overlay[]): Statement[] {
  const byPlace = new Map<string, Statement>();
  for (const overlay of overlays.toSorted((a, b) => a.number - b.number)) {
    const place = `${overlay.transcriptId} ${overlay.position}`;
    const before = byPlace.get(place);
    byPlace.set(place, {
      ...overlay,
      originalText: before?.originalText ?? overlay.originalText,
      text: overlay.text ?? before?.text ?? null,
      ...(overlay.speaker === null && before && { speaker: before.speaker, speakerName: before.speakerName }),
      ids: [...(before?.ids ?? []), overlay.id],
    });
  }
  return [...byPlace.values()].sort((a, b) => a.number - b.number);
}

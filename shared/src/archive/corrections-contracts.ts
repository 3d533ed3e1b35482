import { z } from 'zod';
import { Segment } from './contracts.ts';
import { oneLine, storableText } from './storable-text.ts';

/** A segment with its place: the cue's number, or the paragraph of a document. */
export const PlacedSegment = Segment.extend({
  position: z.number().int(),
  /** What the transcript calls the speaker; `speaker` is the name, when there is one. */
  speakerLabel: z.string().nullable(),
  /** The latest of the corrections that made it what it is; null for the machine's own words. */
  correctionId: z.uuid().nullable(),
});
export type PlacedSegment = z.infer<typeof PlacedSegment>;

/** What a segment should say instead. At least one of `text` and `speaker`. */
export const SegmentCorrection = z
  .strictObject({
    /** The version of the transcript that was looked at. */
    transcriptId: z.uuid(),
    /** `correctionId` of the segment that was looked at: another one since is a conflict, and nothing is overwritten. */
    basedOn: z.uuid().nullable(),
    /** Empty: the segment goes. */
    text: z
      .string()
      .max(100_000)
      .overwrite((text) => storableText(text).trim())
      .optional(),
    /** A label of this transcript or a name; empty for nobody. */
    speaker: z.string().max(200).overwrite(oneLine).optional(),
    /** A correction of an earlier version that did not fit any more and that this one takes the place of. */
    insteadOf: z.uuid().optional(),
  })
  .refine(({ text, speaker }) => text !== undefined || speaker !== undefined, 'Give a text or a speaker');
export type SegmentCorrection = z.infer<typeof SegmentCorrection>;

/** `applied`: part of what is shown. `unfitted`: made on an earlier version, and its words are not in this one. `removed`: taken back. */
export const CorrectionState = z.enum(['applied', 'unfitted', 'removed']);
export type CorrectionState = z.infer<typeof CorrectionState>;

/** Who changed what, and when. Seconds, position and original text are those of the version it was made on. */
export const Correction = z.object({
  id: z.uuid(),
  state: CorrectionState,
  transcriptId: z.uuid(),
  position: z.number().int(),
  startSeconds: z.number().nullable(),
  endSeconds: z.number().nullable(),
  originalText: z.string(),
  originalSpeaker: z.string().nullable(),
  text: z.string().nullable(),
  speaker: z.string().nullable(),
  createdBy: z.uuid().nullable(),
  /** Null when that person has left the organisation. */
  createdByEmail: z.string().nullable(),
  createdAt: z.iso.datetime(),
  removedAt: z.iso.datetime().nullable(),
});
export type Correction = z.infer<typeof Correction>;

/** A correction and the segment as it is now; null when it has no words left, or the correction was of another version. */
export const CorrectionOutcome = z.object({ correction: Correction, segment: PlacedSegment.nullable() });
export type CorrectionOutcome = z.infer<typeof CorrectionOutcome>;

/** A version of an item's words, as the machine or a file gave it. */
export const TranscriptVersion = z.object({
  id: z.uuid(),
  version: z.number().int(),
  origin: z.enum(['subtitles', 'embedded-subtitles', 'transcriber', 'document']),
  adapter: z.string().nullable(),
  model: z.string().nullable(),
  language: z.string().nullable(),
  segmentCount: z.number().int(),
  createdAt: z.iso.datetime(),
});
export type TranscriptVersion = z.infer<typeof TranscriptVersion>;

/** Event `segments.changed` on the topic `org:<orgId>:archive`. */
export const SegmentsChanged = z.object({
  itemId: z.uuid(),
  correctionId: z.uuid(),
  transcriptId: z.uuid(),
  position: z.number().int(),
});
export type SegmentsChanged = z.infer<typeof SegmentsChanged>;

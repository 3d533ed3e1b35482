import { z } from 'zod';
import { Chapter, Insight } from './insight-contracts.ts';
import { oneLine } from './storable-text.ts';

/** What an item is, told by its content and not by its name. */
export const ItemKind = z.enum(['unknown', 'audio', 'video', 'subtitles', 'text', 'markdown', 'html', 'pdf', 'docx']);
export type ItemKind = z.infer<typeof ItemKind>;

export const ItemStatus = z.enum(['queued', 'working', 'waiting', 'ready', 'failed', 'canceled', 'duplicate']);
export type ItemStatus = z.infer<typeof ItemStatus>;

export const StepState = z.enum(['pending', 'working', 'waiting', 'done', 'skipped', 'failed', 'canceled']);
export type StepState = z.infer<typeof StepState>;

/** Order of work. A step that does not apply to a kind is `skipped`. */
export const STEP_NAMES = ['acquire', 'normalise', 'fingerprint', 'transcribe', 'enrich', 'index'] as const;
export const StepName = z.enum(STEP_NAMES);
export type StepName = z.infer<typeof StepName>;

/** Why something failed or what it waits for, in words its user can act on. */
export const RowProblem = z.object({ code: z.string(), detail: z.string(), step: StepName.optional() });
export type RowProblem = z.infer<typeof RowProblem>;

export const Word = z.object({ text: z.string(), startSeconds: z.number(), endSeconds: z.number() });
export type Word = z.infer<typeof Word>;

export const SegmentKind = z.enum(['speech', 'heading', 'paragraph', 'list-item', 'quote', 'code', 'table-row']);
export type SegmentKind = z.infer<typeof SegmentKind>;

/** A cue with seconds from the start, or a block of a document (seconds are null). Ordered, not overlapping. */
export const Segment = z.object({
  kind: SegmentKind.default('speech'),
  /** Depth of a heading, 1 to 6. */
  level: z.number().int().nullable().default(null),
  /** Page of a PDF, from 1. */
  page: z.number().int().nullable().default(null),
  startSeconds: z.number().nullable(),
  endSeconds: z.number().nullable(),
  speaker: z.string().nullable(),
  text: z.string(),
  words: z.array(Word).optional(),
});
export type Segment = z.infer<typeof Segment>;

const Title = z.string().overwrite(oneLine).min(1).max(500);
const Language = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
  .describe('BCP 47 tag, for example "en" or "ru"');

const Common = { title: Title.optional(), language: Language.optional() };

/** A stored upload, a link, or text. `path` is what `POST /api/media/uploads` gave. */
export const NewItem = z.discriminatedUnion('source', [
  z.strictObject({
    source: z.literal('file'),
    path: z.string().min(1).max(1024),
    name: z.string().min(1).max(1024),
    /** Another upload whose cues become the transcript. */
    subtitlePath: z.string().min(1).max(1024).optional(),
    ...Common,
  }),
  z.strictObject({ source: z.literal('url'), url: z.url({ protocol: /^https?$/ }).max(4096), ...Common }),
  z.strictObject({
    source: z.literal('text'),
    text: z.string().min(1).max(5_000_000),
    name: z.string().min(1).max(1024).optional(),
    ...Common,
  }),
]);
export type NewItem = z.infer<typeof NewItem>;

export const NewUpload = z.strictObject({
  name: z.string().min(1).max(1024),
  sizeBytes: z
    .number()
    .int()
    .min(0)
    .max(5 * 1024 ** 3, 'Files up to 5 GB are accepted'),
});
export type NewUpload = z.infer<typeof NewUpload>;

/** Where to send the bytes: TUS at `resumableUrl` with header `x-signature: token`, metadata bucketName and objectName. */
export const Upload = z.object({
  bucket: z.string(),
  path: z.string(),
  token: z.string(),
  resumableUrl: z.string().describe('URL path below the Supabase URL'),
});
export type Upload = z.infer<typeof Upload>;

export const ItemStep = z.object({
  name: StepName,
  position: z.number().int(),
  state: StepState,
  attempt: z.number().int(),
  progress: z.number().min(0).max(1),
  problem: RowProblem.nullable(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
});
export type ItemStep = z.infer<typeof ItemStep>;

/** A row of the library. */
export const ItemSummary = z.object({
  id: z.uuid(),
  kind: ItemKind,
  status: ItemStatus,
  title: z.string(),
  source: z.enum(['file', 'url', 'text', 'recording']),
  sourceUrl: z.string().nullable(),
  originalName: z.string().nullable(),
  mimeType: z.string().nullable(),
  sizeBytes: z.number().nullable(),
  durationSeconds: z.number().nullable(),
  language: z.string().nullable(),
  summary: z.string().nullable(),
  tags: z.array(z.string()),
  progress: z.number(),
  problem: RowProblem.nullable(),
  posterUrl: z.string().nullable().describe('Signed URL path below the Supabase URL, valid for an hour'),
  isSample: z.boolean(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type ItemSummary = z.infer<typeof ItemSummary>;

/** An item with its steps and how to play it. Segments are paged at `/api/media/{id}/segments`. */
export const Item = ItemSummary.extend({
  author: z.string().nullable(),
  description: z.string().nullable().describe('What its source says of it, in its own words'),
  publishedAt: z.iso.datetime().nullable(),
  /** The adapter that wrote title, summary and tags; `offline` says no model was asked. */
  enrichedBy: z.string().nullable(),
  duplicateOf: z
    .object({ id: z.uuid(), title: z.string() })
    .nullable()
    .describe('The item that holds the same recording or file; set while the status is duplicate'),
  /** A page at most, one statement per line; each is an insight of kind `point` as well, with its place. */
  summaryLong: z.string().nullable(),
  /** What enrichment left empty, and why: field to reason. */
  enrichmentGaps: z.record(z.string(), z.string()),
  chapters: z.array(Chapter),
  insights: z.array(Insight),
  warnings: z.array(z.string()),
  width: z.number().nullable(),
  height: z.number().nullable(),
  playback: z.object({ url: z.string(), mimeType: z.string() }).nullable(),
  peaksUrl: z
    .string()
    .nullable()
    .describe('JSON: {"min": int8[], "max": int8[]}, at most 4,000 points over the whole duration'),
  originalUrl: z.string().nullable(),
  transcript: z
    .object({
      id: z.uuid(),
      version: z.number().int(),
      origin: z.enum(['subtitles', 'embedded-subtitles', 'transcriber', 'document']),
      adapter: z.string().nullable(),
      model: z.string().nullable(),
      language: z.string().nullable(),
      segmentCount: z.number().int(),
    })
    .nullable(),
  steps: z.array(ItemStep),
});
export type Item = z.infer<typeof Item>;

/** Events on the private topic `org:<orgId>:archive`: item.created, item.changed, item.deleted, step.changed. */
export const ItemChanged = ItemSummary.pick({
  id: true,
  kind: true,
  status: true,
  title: true,
  progress: true,
  problem: true,
  durationSeconds: true,
}).extend({ updatedAt: z.string() });
export type ItemChanged = z.infer<typeof ItemChanged>;

export const StepChanged = z.object({
  itemId: z.uuid(),
  name: StepName,
  position: z.number(),
  state: StepState,
  attempt: z.number(),
  progress: z.number(),
  problem: RowProblem.nullable(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
});
export type StepChanged = z.infer<typeof StepChanged>;

export const ItemChange = z.strictObject({
  title: Title.optional(),
  tags: z.array(z.string().overwrite(oneLine).min(1).max(60)).max(40).optional(),
});
export type ItemChange = z.infer<typeof ItemChange>;

/** From which step to work anew; without one, from the step that failed. */
export const Retry = z.strictObject({ fromStep: StepName.optional() });
export type Retry = z.infer<typeof Retry>;

/** Cues that replace the words of an item: an uploaded subtitle file or its text (SRT or VTT). */
export const NewTranscript = z.union([
  z.strictObject({ path: z.string().min(1).max(1024) }),
  z.strictObject({ text: z.string().min(1).max(20_000_000) }),
]);
export type NewTranscript = z.infer<typeof NewTranscript>;

/** Open formats for the words of an item. SRT and VTT are for what has seconds. */
export const ExportFormat = z.enum(['srt', 'vtt', 'txt', 'md', 'docx', 'json']);
export type ExportFormat = z.infer<typeof ExportFormat>;

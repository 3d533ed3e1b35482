import { z } from 'zod';

/**
 * The open format of an archive: a ZIP with `manifest.json` and one folder per item, which holds `item.json`,
 * `transcripts.json`, the words once more as `transcript.vtt` and `text.md` for people and other programs, and the files.
 * Rows are named as the columns of the database are; what is made from the rest (index, waveform, playable copy) is left out.
 */
export const FORMAT = 'nexus-archive';
export const FORMAT_VERSION = 1;

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const Flat = z.record(z.string(), z.union([Scalar, z.array(Scalar)]));
/** Deep enough for every column, and no deeper: a database asked to read a million brackets is lost. */
const Value = z.union([Scalar, z.array(Scalar), Flat, z.array(Flat)]);
export const Row = z.record(z.string(), Value);
export type Row = z.infer<typeof Row>;

/** Tables whose rows belong to one item and refer to nothing else. */
export const ITEM_TABLES = {
  chapters: ['position', 'start_seconds', 'end_seconds', 'title', 'origin', 'created_at'],
  insights: ['kind', 'position', 'text', 'detail', 'start_seconds', 'paragraph', 'origin', 'created_at'],
} as const;
/** Tables whose rows name a version of the transcript. */
export const TRANSCRIPT_TABLES = {
  segment_corrections: [
    'transcript_id',
    'position',
    'start_seconds',
    'end_seconds',
    'original_text',
    'original_speaker',
    'text',
    'speaker',
    'speaker_name',
    'created_at',
    'removed_at',
  ],
  transcript_runs: [
    'transcript_id',
    'adapter',
    'label',
    'model',
    'language',
    'outcome',
    'problem',
    'sound_seconds',
    'compute_seconds',
    'cost_usd',
    'started_at',
    'finished_at',
  ],
} as const;

/** Columns of `items` that an archive carries: all but where files lie and what is found out again. */
export const ITEM_COLUMNS = [
  'kind',
  'source',
  'source_url',
  'link_key',
  'original_name',
  'title',
  'title_given',
  'mime_type',
  'size_bytes',
  'sha256',
  'duration_seconds',
  'language',
  'language_given',
  'author',
  'published_at',
  'description',
  'summary',
  'summary_long',
  'enrichment_gaps',
  'tags',
  'tags_given',
  'enriched_by',
  'width',
  'height',
  'warnings',
  'is_sample',
  'created_at',
] as const;

const Path = z.string().max(1000);

export const ArchivedItem = z.object({
  id: z.uuid(),
  status: z.string(),
  duplicateOf: z.uuid().nullable(),
  row: Row,
  steps: z.array(z.object({ name: z.string(), state: z.string(), output: z.record(z.string(), Value).nullable() })),
  /** Inside the item's folder. Null when it has none, or when the archive was written without media. */
  files: z.object({ original: Path.nullable(), subtitles: Path.nullable(), poster: Path.nullable() }),
  links: z.array(z.string()),
  collections: z.array(z.string()),
  speakers: z.array(
    z.object({ label: z.string(), name: z.string().nullable(), person: z.string().nullable(), seconds: z.number() }),
  ),
  tables: z.record(z.string(), z.array(Row)),
});
export type ArchivedItem = z.infer<typeof ArchivedItem>;

export const ArchivedTranscripts = z.object({
  transcripts: z.array(
    z.object({
      id: z.uuid(),
      version: z.int().min(1),
      origin: z.enum(['subtitles', 'embedded-subtitles', 'transcriber', 'document']),
      adapter: z.string().nullable(),
      model: z.string().nullable(),
      language: z.string().nullable(),
      created_at: z.string(),
      segments: z.array(Row),
    }),
  ),
});
export type ArchivedTranscripts = z.infer<typeof ArchivedTranscripts>;

export const Manifest = z.object({
  format: z.literal(FORMAT),
  version: z.literal(FORMAT_VERSION),
  exportedAt: z.string(),
  organisation: z.string(),
  /** From 1. Every part can be imported by itself. */
  part: z.int(),
  withMedia: z.boolean(),
  items: z.array(z.object({ id: z.uuid(), title: z.string(), folder: Path })),
  collections: z.array(z.object({ name: z.string(), description: z.string() })),
  people: z.array(z.object({ name: z.string(), colour: z.int() })),
  vocabulary: z.array(z.string()),
  feeds: z.array(Row.and(z.object({ episodes: z.array(Row) }))),
  /** What was decided about two items that sound alike. */
  verdicts: z.array(Row),
});
export type Manifest = z.infer<typeof Manifest>;

export const FEED_COLUMNS = ['url', 'title', 'title_given', 'keep_last', 'cron', 'time_zone', 'is_paused'] as const;
export const EPISODE_COLUMNS = ['guid', 'item_id', 'is_taken', 'title', 'url', 'published_at'] as const;
export const VERDICT_COLUMNS = [
  'first_id',
  'second_id',
  'relation',
  'found_by',
  'bit_error_rate',
  'first_share',
  'second_share',
  'first_start_seconds',
  'second_start_seconds',
  'length_seconds',
  'verdict',
  'decided_at',
] as const;

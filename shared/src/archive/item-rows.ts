import type { Selectable } from 'kysely';
import type { DB, ObjectStore, Tx } from '../platform/index.ts';
import { isProblem, NexusError } from '../platform/index.ts';
import {
  type Item,
  ItemKind,
  ItemStatus,
  type ItemStep,
  type ItemSummary,
  RowProblem,
  StepName,
  StepState,
} from './contracts.ts';
import { readChapters, readInsights } from './insight-rows.ts';

export type ItemRow = Selectable<DB['items']>;
export type StepRow = Selectable<DB['item_steps']>;

/** Long enough to watch a film, short enough that a leaked link dies the same day. */
const SIGNED_SECONDS = 6 * 3600;

const iso = (date: Date): string => date.toISOString();
const isoOrNull = (date: Date | null): string | null => date?.toISOString() ?? null;
const problemOrNull = (value: unknown): RowProblem | null => (value == null ? null : RowProblem.parse(value));

export async function findItem(tx: Tx, itemId: string): Promise<ItemRow> {
  const row = await tx.selectFrom('items').selectAll().where('id', '=', itemId).executeTakeFirst();
  if (!row) throw new NexusError('not-found', 'There is no such item in this organisation.');
  return row;
}

/** The same, and nobody else changes it until the transaction ends. Taken before its steps, always: the other way round two would wait for each other. */
export async function lockItem(tx: Tx, itemId: string): Promise<ItemRow> {
  const row = await tx.selectFrom('items').selectAll().where('id', '=', itemId).forNoKeyUpdate().executeTakeFirst();
  if (!row) throw new NexusError('not-found', 'There is no such item in this organisation.');
  return row;
}

export async function toItemSummary(row: ItemRow, storage: ObjectStore): Promise<ItemSummary> {
  return {
    id: row.id,
    kind: ItemKind.parse(row.kind),
    status: ItemStatus.parse(row.status),
    title: row.title,
    source: row.source as ItemSummary['source'],
    sourceUrl: row.source_url,
    originalName: row.original_name,
    mimeType: row.mime_type,
    sizeBytes: row.size_bytes,
    durationSeconds: row.duration_seconds,
    language: row.language,
    summary: row.summary,
    tags: row.tags,
    progress: row.progress,
    problem: problemOrNull(row.problem),
    posterUrl: await signOrNull(storage, row.poster_path),
    isSample: row.is_sample,
    createdAt: iso(row.created_at),
    updatedAt: iso(row.updated_at),
  };
}

export function toItemStep(row: StepRow): ItemStep {
  return {
    name: StepName.parse(row.name),
    position: row.position,
    state: StepState.parse(row.state),
    attempt: row.attempt,
    progress: row.progress,
    problem: problemOrNull(row.problem),
    startedAt: isoOrNull(row.started_at),
    finishedAt: isoOrNull(row.finished_at),
  };
}

/** An item with its steps and newest transcript, as one transaction saw them. */
export type ItemRecord = Awaited<ReturnType<typeof readItem>>;

export async function readItem(tx: Tx, itemId: string) {
  const row = await findItem(tx, itemId);
  const steps = await tx
    .selectFrom('item_steps')
    .selectAll()
    .where('item_id', '=', itemId)
    .orderBy('position')
    .execute();
  const transcript = await tx
    .selectFrom('transcripts as t')
    .select(['t.id', 't.version', 't.origin', 't.adapter', 't.model', 't.language'])
    .select((eb) =>
      eb
        .selectFrom('segments as s')
        .select((e) => e.fn.countAll<number>().as('count'))
        .whereRef('s.transcript_id', '=', 't.id')
        .as('segment_count'),
    )
    .where('t.item_id', '=', itemId)
    .orderBy('t.version', 'desc')
    .limit(1)
    .executeTakeFirst();
  const chapters = await readChapters(tx, itemId);
  const insights = await readInsights(tx, itemId);
  const original = row.duplicate_of
    ? await tx.selectFrom('items').select(['id', 'title']).where('id', '=', row.duplicate_of).executeTakeFirst()
    : undefined;
  return { row, steps, transcript, chapters, insights, original };
}

/**
 * The item as `GET /api/media/{id}` shows it, with signed links. Call it after the transaction: signing asks the storage
 * service, which in embedded mode shares the one database session and would wait for an open transaction for ever.
 */
export async function presentItem(record: ItemRecord, storage: ObjectStore): Promise<Item> {
  const { row, steps, transcript, chapters, insights, original } = record;
  const [summary, player, originalUrl] = await Promise.all([
    toItemSummary(row, storage),
    presentPlayback(row, storage),
    signOrNull(storage, row.original_path, row.original_name ?? 'original'),
  ]);

  return {
    ...summary,
    author: row.author,
    description: row.description,
    publishedAt: isoOrNull(row.published_at),
    enrichedBy: row.enriched_by,
    duplicateOf: original ?? null,
    summaryLong: row.summary_long,
    enrichmentGaps: row.enrichment_gaps as Record<string, string>,
    chapters,
    insights,
    warnings: row.warnings,
    width: row.width,
    height: row.height,
    ...player,
    originalUrl,
    transcript: transcript
      ? {
          id: transcript.id,
          version: transcript.version,
          origin: transcript.origin as NonNullable<Item['transcript']>['origin'],
          adapter: transcript.adapter,
          model: transcript.model,
          language: transcript.language,
          segmentCount: Number(transcript.segment_count ?? 0),
        }
      : null,
    steps: steps.map(toItemStep),
  };
}

/** How to play an item, and its waveform. After the transaction, like `presentItem`. */
export async function presentPlayback(
  row: ItemRow,
  storage: ObjectStore,
): Promise<Pick<Item, 'playback' | 'peaksUrl'>> {
  const [url, peaksUrl] = await Promise.all([
    signOrNull(storage, row.playable_path),
    signOrNull(storage, row.peaks_path),
  ]);
  return {
    playback: url ? { url, mimeType: row.playable_mime_type ?? 'application/octet-stream' } : null,
    peaksUrl,
  };
}

/** Null without a file, and for one that was deleted since the row was read: a list must not fail for one of its rows. */
async function signOrNull(storage: ObjectStore, path: string | null, downloadName?: string): Promise<string | null> {
  if (!path) return null;
  try {
    return await storage.signDownload(path, { expiresSeconds: SIGNED_SECONDS, downloadName });
  } catch (error) {
    if (!isProblem(error, 'not-found')) throw error;
    return null;
  }
}

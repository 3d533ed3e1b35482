import { newestSegments, readChapters, writeMarkdown, writeVtt } from '@nexus/shared/archive';
import type { Tx } from '@nexus/shared/platform';
import {
  ArchivedItem,
  ArchivedTranscripts,
  ITEM_COLUMNS,
  ITEM_TABLES,
  type Row,
  TRANSCRIPT_TABLES,
} from './archive-format.ts';
import { readRows } from './read-rows.ts';

export interface CollectedItem {
  item: ArchivedItem;
  transcripts: ArchivedTranscripts;
  /** Null when it has no words, or when they have no seconds. */
  vtt: string | null;
  markdown: string | null;
  /** Objects of the store behind `item.files`. */
  objects: { original: string | null; subtitles: string | null; poster: string | null };
}

const SEGMENT_COLUMNS = [
  'position',
  'kind',
  'level',
  'page',
  'start_seconds',
  'end_seconds',
  'speaker',
  'text',
  'words',
] as const;
export { SEGMENT_COLUMNS };

/** All that is known of an item, or null when it is gone. */
export async function collectItem(tx: Tx, orgId: string, itemId: string): Promise<CollectedItem | null> {
  const found = await tx
    .selectFrom('items')
    .select(['status', 'duplicate_of', 'original_path', 'subtitle_path', 'poster_path', 'title', 'summary'])
    .where('id', '=', itemId)
    .where('org_id', '=', orgId)
    .executeTakeFirst();
  if (!found) return null;
  const mine = { column: 'item_id', value: itemId };
  const [row] = await readRows(tx, 'items', ITEM_COLUMNS, { column: 'id', value: itemId }, 'id');
  const tables: Record<string, Row[]> = {};
  for (const [table, columns] of Object.entries({ ...ITEM_TABLES, ...TRANSCRIPT_TABLES }))
    tables[table] = await readRows(tx, table, columns, mine, orderOf(columns));
  const steps = await readRows(tx, 'item_steps', ['name', 'state', 'output'], mine, 'position');
  const segments = await newestSegments(tx, itemId);
  const hasSeconds = segments.some(({ startSeconds }) => startSeconds !== null);

  return {
    item: ArchivedItem.parse({
      id: itemId,
      status: found.status,
      duplicateOf: found.duplicate_of,
      row,
      steps,
      files: {
        original: inFolder('original', found.original_path),
        subtitles: inFolder('subtitles', found.subtitle_path),
        poster: found.poster_path && 'poster.jpg',
      },
      links: await linksOf(tx, itemId),
      collections: await collectionsOf(tx, itemId),
      speakers: await speakersOf(tx, itemId),
      tables,
    }),
    transcripts: await transcriptsOf(tx, itemId),
    vtt: hasSeconds ? writeVtt(segments) : null,
    markdown:
      segments.length > 0
        ? writeMarkdown(found.title, segments, { summary: found.summary, chapters: await readChapters(tx, itemId) })
        : null,
    objects: { original: found.original_path, subtitles: found.subtitle_path, poster: found.poster_path },
  };
}

/** History keeps its order. */
const orderOf = (columns: readonly string[]): string =>
  ['created_at', 'started_at'].find((column) => columns.includes(column) && !columns.includes('kind')) ?? 'position';

const inFolder = (folder: string, path: string | null): string | null =>
  path && `${folder}/${path.slice(path.lastIndexOf('/') + 1)}`;

async function transcriptsOf(tx: Tx, itemId: string): Promise<ArchivedTranscripts> {
  const columns = ['id', 'version', 'origin', 'adapter', 'model', 'language', 'created_at'];
  const rows = await readRows(tx, 'transcripts', columns, { column: 'item_id', value: itemId }, 'version');
  const transcripts = [];
  for (const row of rows) {
    const of = { column: 'transcript_id', value: String(row.id) };
    transcripts.push({ ...row, segments: await readRows(tx, 'segments', SEGMENT_COLUMNS, of, 'position') });
  }
  return ArchivedTranscripts.parse({ transcripts });
}

async function linksOf(tx: Tx, itemId: string): Promise<string[]> {
  const rows = await tx.selectFrom('item_links').select('link_key').where('item_id', '=', itemId).execute();
  return rows.map(({ link_key }) => link_key);
}

async function collectionsOf(tx: Tx, itemId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('collection_items as ci')
    .innerJoin('collections as c', 'c.id', 'ci.collection_id')
    .select('c.name')
    .where('ci.item_id', '=', itemId)
    .orderBy('c.name')
    .execute();
  return rows.map(({ name }) => name);
}

/** Without voice prints: those are of people, not of the archive. */
async function speakersOf(tx: Tx, itemId: string): Promise<ArchivedItem['speakers']> {
  return tx
    .selectFrom('item_speakers as s')
    .leftJoin('speakers as p', 'p.id', 's.speaker_id')
    .select(['s.label', 's.name', 's.seconds', 'p.name as person'])
    .where('s.item_id', '=', itemId)
    .orderBy('s.label')
    .execute();
}

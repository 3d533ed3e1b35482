import { itemPrefix, requireRoom, STEP_JOBS, STEP_NAMES, type StepName } from '@nexus/shared/archive';
import { replaceChunks } from '@nexus/shared/assistant';
import type { Tx } from '@nexus/shared/platform';
import type { WorkerPorts } from '../../platform/ports.ts';
import {
  type ArchivedItem,
  type ArchivedTranscripts,
  ITEM_COLUMNS,
  ITEM_TABLES,
  type Row,
  TRANSCRIPT_TABLES,
} from './archive-format.ts';
import { SEGMENT_COLUMNS } from './collect-item.ts';
import { writeRows } from './read-rows.ts';
import { restoreSpeakers } from './restore-speakers.ts';

export interface Restoration {
  orgId: string;
  itemId: string;
  userId: string | null;
  item: ArchivedItem;
  transcripts: ArchivedTranscripts;
  /** Objects of the store, put there already; each below the item's own folder. */
  objects: { original: string | null; subtitles: string | null; poster: string | null };
  /** Only its index is left to make, and no embedder is connected: it is made at once. */
  indexesHere: boolean;
  /** What the file calls other items, as far as they are here. */
  idHere(archivedId: string): string | undefined;
}

/**
 * Writes an item with all that belongs to it and queues what is left to do: a recording is made playable and fingerprinted anew,
 * every item is indexed anew; words, speakers, corrections and insights are as they were.
 */
export async function restoreItem(tx: Tx, restoration: Restoration, ports: Pick<WorkerPorts, 'queue'>): Promise<void> {
  const { orgId, itemId, item, objects } = restoration;
  const size = item.row.size_bytes;
  await requireRoom(tx, orgId, typeof size === 'number' && objects.original ? size : 0);
  const steps = stepsOf(restoration);
  const aside = asideStatus(restoration);
  const next = aside ? undefined : steps.find(({ state }) => state === 'pending');
  const isIndexedHere = next?.name === 'index' && restoration.indexesHere;

  const row: Row = {
    ...DEFAULTS,
    ...item.row,
    original_path: objects.original,
    subtitle_path: objects.subtitles,
    poster_path: objects.poster,
    created_by: restoration.userId,
    status: aside ?? (isIndexedHere ? 'ready' : 'queued'),
    duplicate_of: aside === 'duplicate' ? (restoration.idHere(item.duplicateOf ?? '') ?? null) : null,
    progress: next && !isIndexedHere ? next.position / STEP_NAMES.length : 1,
  };
  await writeRows(tx, 'items', [...ITEM_COLUMNS, ...HERE_COLUMNS], { id: itemId, org_id: orgId }, [row]);
  await tx
    .insertInto('item_steps')
    .values(steps.map((step) => ({ ...step, item_id: itemId, org_id: orgId })))
    .execute();

  const versions = await restoreTranscripts(tx, restoration);
  await restoreTables(tx, restoration, versions);
  await restoreSpeakers(tx, orgId, itemId, item.speakers);
  await restoreCollections(tx, restoration);
  for (const link_key of item.links)
    await tx
      .insertInto('item_links')
      .values({ org_id: orgId, item_id: itemId, link_key })
      .onConflict((conflict) => conflict.columns(['org_id', 'link_key']).doNothing())
      .execute();
  if (isIndexedHere) await indexHere(tx, restoration);
  else if (next) await ports.queue.send(STEP_JOBS[next.name], { orgId, itemId }, { tx });
}

/** Where its files lie here, and how it stands. */
const HERE_COLUMNS = [
  'original_path',
  'subtitle_path',
  'poster_path',
  'created_by',
  'status',
  'duplicate_of',
  'progress',
] as const;

/** What the step would do, without a job and four transactions for each of ten thousand texts. */
async function indexHere(tx: Tx, { orgId, itemId }: Restoration): Promise<void> {
  const { chunkCount } = await replaceChunks(tx, { orgId, itemId });
  await tx
    .updateTable('item_steps')
    .set({ state: 'done', progress: 1, output: JSON.stringify({ chunkCount, warning: null }) })
    .where('item_id', '=', itemId)
    .where('name', '=', 'index')
    .execute();
}

/** Columns that may not be null, for rows of archives that lack them. */
const DEFAULTS: Row = {
  title_given: false,
  tags: [],
  tags_given: false,
  enrichment_gaps: {},
  warnings: [],
  is_sample: false,
};

/** What rests for a reason of its own stays so; everything else is worked on. */
function asideStatus({ item, idHere }: Restoration): 'canceled' | 'duplicate' | undefined {
  if (item.status === 'canceled') return 'canceled';
  return item.status === 'duplicate' && item.duplicateOf && idHere(item.duplicateOf) ? 'duplicate' : undefined;
}

const RECORDINGS: ReadonlySet<unknown> = new Set(['audio', 'video']);
/** Made from the recording, and left out of an archive. */
const REMADE: ReadonlySet<StepName> = new Set(['normalise', 'fingerprint']);

/** Done is done, but for what is made anew. Without its file an item is its words alone. */
function stepsOf({ orgId, itemId, item, objects }: Restoration) {
  const isRemade = RECORDINGS.has(item.row.kind) && objects.original !== null;
  const before = new Map(item.steps.map((step) => [step.name, step]));
  const canWork = objects.original !== null || item.row.source === 'url';
  return STEP_NAMES.map((name, position) => {
    const { state = 'pending', output = null } = before.get(name) ?? {};
    const isOver = state === 'done' || state === 'skipped' || (!canWork && name !== 'index');
    const isDone = isOver && name !== 'index' && !(isRemade && REMADE.has(name));
    const kept = name === 'acquire' && output ? { ...output, path: objects.original } : output;
    return {
      name,
      position,
      state: isDone ? (state === 'skipped' || !kept ? ('skipped' as const) : ('done' as const)) : ('pending' as const),
      progress: isDone ? 1 : 0,
      output: isDone && kept ? JSON.stringify(withoutForeignPaths(kept, itemPrefix(orgId, itemId))) : null,
    };
  });
}

/** A path in what a step left would be read with the service's own key. */
function withoutForeignPaths(output: Row, prefix: string): Row {
  const isPath = (key: string, value: unknown) =>
    /path$/i.test(key) && !(typeof value === 'string' && value.startsWith(prefix));
  return Object.fromEntries(Object.entries(output).map(([key, value]) => [key, isPath(key, value) ? null : value]));
}

/** Answers which version of the archive is which here. */
async function restoreTranscripts(tx: Tx, { orgId, itemId, transcripts }: Restoration): Promise<Map<string, string>> {
  const versions = new Map<string, string>();
  for (const { id: archivedId, segments, ...transcript } of transcripts.transcripts) {
    const { id } = await tx
      .insertInto('transcripts')
      .values({ ...transcript, org_id: orgId, item_id: itemId })
      .returning('id')
      .executeTakeFirstOrThrow();
    versions.set(archivedId, id);
    const owner = { transcript_id: id, org_id: orgId, item_id: itemId };
    await writeRows(tx, 'segments', SEGMENT_COLUMNS, owner, segments);
  }
  return versions;
}

async function restoreTables(tx: Tx, { orgId, itemId, item }: Restoration, versions: ReadonlyMap<string, string>) {
  const owner = { org_id: orgId, item_id: itemId };
  for (const [table, columns] of Object.entries(ITEM_TABLES))
    await writeRows(tx, table, columns, owner, item.tables[table] ?? []);
  for (const [table, columns] of Object.entries(TRANSCRIPT_TABLES)) {
    const rows = (item.tables[table] ?? []).map((row) => ({
      ...row,
      transcript_id: versions.get(String(row.transcript_id)) ?? null,
    }));
    // A correction names its version by an id that may be of one long gone; any other id says the same.
    const known = rows.map((row) =>
      row.transcript_id === null && table === 'segment_corrections' ? { ...row, transcript_id: itemId } : row,
    );
    await writeRows(tx, table, columns, owner, known);
  }
}

async function restoreCollections(tx: Tx, { orgId, itemId, userId, item }: Restoration): Promise<void> {
  for (const name of item.collections) {
    const found = await tx
      .selectFrom('collections')
      .select('id')
      .where('org_id', '=', orgId)
      .where((eb) => eb(eb.fn<string>('lower', ['name']), '=', name.toLowerCase()))
      .executeTakeFirst();
    const { id } =
      found ??
      (await tx
        .insertInto('collections')
        .values({ org_id: orgId, name, created_by: userId })
        .returning('id')
        .executeTakeFirstOrThrow());
    await tx.insertInto('collection_items').values({ org_id: orgId, collection_id: id, item_id: itemId }).execute();
  }
}

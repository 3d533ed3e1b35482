import { sql } from 'kysely';
import { newestSegments } from '../archive/newest-segments.ts';
import { NexusError, type Tx } from '../platform/index.ts';
import { type Chunk, chunkSegments } from './chunk-segments.ts';
import { textConfiguration } from './text-configuration.ts';

/** How many chunks an item has now, and how many of them are new. */
export interface IndexOutcome {
  readonly chunkCount: number;
  readonly newCount: number;
}

interface NewChunk extends Chunk {
  readonly position: number;
  readonly hash: string;
}

/**
 * Brings an item's chunks up to its newest transcript, within the caller's transaction. Chunks whose words did not change
 * keep their id and with it their vector; a second run changes nothing. Triggers keep the word index.
 */
export async function replaceChunks(tx: Tx, input: { orgId: string; itemId: string }): Promise<IndexOutcome> {
  // Held, so that the item is neither deleted nor indexed twice meanwhile; and before the corpus' lock, as a delete does it.
  const item = await tx
    .selectFrom('items')
    .select(['title', 'language'])
    .where('id', '=', input.itemId)
    .where('org_id', '=', input.orgId)
    .forUpdate()
    .executeTakeFirst();
  if (!item) throw new NexusError('not-found', 'There is no such item.');

  const configuration = textConfiguration(item.language);
  const chunks = await Promise.all(
    chunkSegments(await newestSegments(tx, input.itemId), item.title).map(
      async (chunk, position): Promise<NewChunk> => ({ ...chunk, position, hash: await hashOf(configuration, chunk) }),
    ),
  );
  const { kept, added, removedIds } = compare(chunks, await storedChunks(tx, input.itemId));
  if (removedIds.length > 0) await tx.deleteFrom('chunks').where('id', 'in', removedIds).execute();
  if (kept.length > 0) await moveChunks(tx, kept);
  if (added.length > 0) await insertChunks(tx, input, configuration, added);
  return { chunkCount: chunks.length, newCount: added.length };
}

function storedChunks(tx: Tx, itemId: string): Promise<{ id: string; text_hash: string }[]> {
  return tx
    .selectFrom('chunks')
    .select(['id', 'text_hash'])
    .where('item_id', '=', itemId)
    .orderBy('position')
    .execute();
}

/** Chunks with the same words are the same, wherever they stand now. */
function compare(chunks: readonly NewChunk[], stored: readonly { id: string; text_hash: string }[]) {
  const idsByHash = new Map<string, string[]>();
  for (const { id, text_hash } of stored) idsByHash.set(text_hash, [...(idsByHash.get(text_hash) ?? []), id]);
  const kept: { id: string; chunk: NewChunk }[] = [];
  const added: NewChunk[] = [];
  for (const chunk of chunks) {
    const id = idsByHash.get(chunk.hash)?.shift();
    if (id) kept.push({ id, chunk });
    else added.push(chunk);
  }
  return { kept, added, removedIds: [...idsByHash.values()].flat() };
}

/** Everything but the words: where a chunk stands, who says it and when. Rows that stay as they are are left alone. */
async function moveChunks(tx: Tx, kept: readonly { id: string; chunk: NewChunk }[]): Promise<void> {
  const rows = kept.map(({ id, chunk }) => ({ id, ...placeOf(chunk) }));
  await sql`
    update chunks c
    set position = n.position, speaker = n.speaker, start_seconds = n.start_seconds, end_seconds = n.end_seconds,
        segment_offsets = n.segment_offsets, segment_positions = n.segment_positions, segment_seconds = n.segment_seconds
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n(
      id uuid, position integer, speaker text, start_seconds double precision, end_seconds double precision,
      segment_offsets integer[], segment_positions integer[], segment_seconds double precision[])
    where c.id = n.id
      and (c.position, c.speaker, c.start_seconds, c.end_seconds, c.segment_offsets, c.segment_positions, c.segment_seconds)
        is distinct from (n.position, n.speaker, n.start_seconds, n.end_seconds, n.segment_offsets, n.segment_positions, n.segment_seconds)
  `.execute(tx);
}

/** PGlite shares the event loop: fifty chunks, an hour of speech, hold it for about 100 ms. */
const ROWS_PER_STATEMENT = 50;

async function insertChunks(
  tx: Tx,
  { orgId, itemId }: { orgId: string; itemId: string },
  configuration: string,
  added: readonly NewChunk[],
): Promise<void> {
  for (let start = 0; start < added.length; start += ROWS_PER_STATEMENT) {
    const rows = added.slice(start, start + ROWS_PER_STATEMENT).map((chunk) => ({
      ...placeOf(chunk),
      heading: chunk.heading,
      text: chunk.text,
      text_hash: chunk.hash,
    }));
    await sql`
      insert into chunks (org_id, item_id, position, heading, text, text_hash, configuration, lexemes, lexeme_count,
        speaker, start_seconds, end_seconds, segment_offsets, segment_positions, segment_seconds)
      select ${orgId}, ${itemId}, n.position, n.heading, n.text, n.text_hash, ${configuration}, v.lexemes,
        (select coalesce(sum(coalesce(cardinality(l.positions), 1)), 0) from unnest(v.lexemes) l),
        n.speaker, n.start_seconds, n.end_seconds, n.segment_offsets, n.segment_positions, n.segment_seconds
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n(
        position integer, heading text, text text, text_hash text, speaker text, start_seconds double precision,
        end_seconds double precision, segment_offsets integer[], segment_positions integer[], segment_seconds double precision[])
      cross join lateral to_tsvector(${configuration}::regconfig, concat_ws(' ', n.heading, n.text)) as v(lexemes)
    `.execute(tx);
    // PGlite answers in microtasks: without a timer in between, nothing else in the process would get its turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

function placeOf(chunk: NewChunk) {
  return {
    position: chunk.position,
    speaker: chunk.speaker,
    start_seconds: chunk.startSeconds,
    end_seconds: chunk.endSeconds,
    segment_offsets: chunk.parts.map(({ offset }) => offset),
    segment_positions: chunk.parts.map(({ position }) => position),
    segment_seconds: chunk.startSeconds === null ? null : chunk.parts.map(({ startSeconds }) => startSeconds),
  };
}

async function hashOf(configuration: string, { heading, text }: Chunk): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify([configuration, heading, text]));
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

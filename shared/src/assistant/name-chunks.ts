import { sql } from 'kysely';
import { newestSegments } from '../archive/newest-segments.ts';
import type { Tx } from '../platform/index.ts';

/** Brings who says each chunk of an item up to the names shown now. Words, ids and vectors stay. Returns how many changed. */
export async function nameChunks(tx: Tx, input: { itemId: string }): Promise<number> {
  const chunks = await tx
    .selectFrom('chunks')
    .select(['id', 'speaker', 'segment_positions'])
    .where('item_id', '=', input.itemId)
    .orderBy('id')
    .forUpdate()
    .execute();
  if (chunks.length === 0) return 0;
  const segments = await newestSegments(tx, input.itemId);
  const speakerAt = new Map(segments.map(({ position, speaker }) => [position, speaker]));

  const changed = chunks.flatMap(({ id, speaker, segment_positions }) => {
    const speakers = new Set(segment_positions.map((position) => speakerAt.get(position) ?? null));
    const now = speakers.size === 1 ? [...speakers][0]! : null;
    return now === speaker ? [] : [{ id, speaker: now }];
  });
  if (changed.length === 0) return 0;
  await sql`
    update chunks c set speaker = n.speaker
    from jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) as n(id uuid, speaker text)
    where c.id = n.id
  `.execute(tx);
  return changed.length;
}

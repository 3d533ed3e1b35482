import { sql } from 'kysely';
import { type Context, requireScope } from '../../platform/index.ts';
import type { SpokenItem } from './contracts.ts';
import { readSpeaker } from './speaker-rows.ts';

const MOST_ITEMS = 200;

/** Where a person speaks, the newest first, 200 at most. */
export async function listSpokenItems(ctx: Context, input: { speakerId: string }): Promise<SpokenItem[]> {
  requireScope(ctx.actor, 'archive:read');

  const rows = await ctx.db.transaction().execute(async (tx) => {
    await readSpeaker(tx, ctx.orgId, input.speakerId);
    return tx
      .selectFrom('item_speakers as i')
      .innerJoin('items as t', 't.id', 'i.item_id')
      .select(['t.id', 't.title', 't.created_at'])
      .select(sql<number>`sum(i.seconds)::float8`.as('seconds'))
      .where('i.speaker_id', '=', input.speakerId)
      .where('i.seconds', '>', 0)
      .groupBy(['t.id', 't.title', 't.created_at'])
      .orderBy('t.created_at', 'desc')
      .limit(MOST_ITEMS)
      .execute();
  });
  return rows.map(({ created_at, ...row }) => ({ ...row, createdAt: created_at.toISOString() }));
}

import { type Context, requireScope } from '../platform/index.ts';
import { TranscriptVersion } from './corrections-contracts.ts';
import { findItem } from './item-rows.ts';

/** Every version of an item's words, the newest first. None is ever changed: corrections are laid over the newest. */
export async function listTranscripts(ctx: Context, input: { itemId: string }): Promise<TranscriptVersion[]> {
  requireScope(ctx.actor, 'archive:read');
  return ctx.db.transaction().execute(async (tx) => {
    await findItem(tx, input.itemId);
    const rows = await tx
      .selectFrom('transcripts as t')
      .select(['t.id', 't.version', 't.origin', 't.adapter', 't.model', 't.language', 't.created_at'])
      .select((eb) =>
        eb
          .selectFrom('segments as s')
          .select((e) => e.fn.countAll<number>().as('count'))
          .whereRef('s.transcript_id', '=', 't.id')
          .as('segment_count'),
      )
      .where('t.item_id', '=', input.itemId)
      .orderBy('t.version', 'desc')
      .execute();
    return rows.map(({ segment_count, created_at, ...row }) =>
      TranscriptVersion.parse({
        ...row,
        segmentCount: Number(segment_count ?? 0),
        createdAt: created_at.toISOString(),
      }),
    );
  });
}

import { type Context, requireScope } from '../platform/index.ts';
import { CHUNKS_PER_ROUND, embedChunks } from './embed-chunks.ts';
import type { Embedder } from './embedder.ts';
import { addUsage, NO_USAGE, type Usage } from './model.ts';
import { hasVectors } from './rank-by-vectors.ts';

export interface EmbedOutcome {
  readonly embeddedCount: number;
  readonly usage: Usage;
}

/** Gives an item's chunks the vectors they lack. Only new chunks are sent; again, or after a stop, it goes on where it was. */
export async function embedItem(
  ctx: Pick<Context, 'orgId' | 'actor' | 'db'>,
  input: { itemId: string; embedder: Embedder; signal?: AbortSignal; onProgress?: (share: number) => void },
): Promise<EmbedOutcome> {
  requireScope(ctx.actor, 'assistant:write');
  const { embedder, itemId } = input;
  const missing = await ctx.db.transaction().execute(async (tx) => {
    if (!(await hasVectors(tx))) return [];
    return tx
      .selectFrom('chunks as c')
      .leftJoin('chunk_embeddings as e', (join) =>
        join.onRef('e.chunk_id', '=', 'c.id').on('e.embedder', '=', embedder.id),
      )
      .select(['c.id', 'c.heading', 'c.text'])
      .where('c.item_id', '=', itemId)
      .where('c.org_id', '=', ctx.orgId)
      .where('e.chunk_id', 'is', null)
      .orderBy('c.position')
      .execute();
  });

  let usage = NO_USAGE;
  for (let start = 0; start < missing.length; start += CHUNKS_PER_ROUND) {
    const round = missing.slice(start, start + CHUNKS_PER_ROUND);
    usage = addUsage(usage, await embedChunks(ctx, embedder, round, input.signal ? { signal: input.signal } : {}));
    input.onProgress?.(Math.min(1, (start + round.length) / missing.length));
  }
  return { embeddedCount: missing.length, usage };
}

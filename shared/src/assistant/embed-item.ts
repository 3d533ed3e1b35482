import { sql } from 'kysely';
import { type Context, requireScope } from '../platform/index.ts';
import type { Embedder } from './embedder.ts';
import { addUsage, NO_USAGE, type Usage } from './model.ts';
import { hasVectors, vectorLiteral } from './rank-by-vectors.ts';

/** So many at once: a stop in between loses no more than these. */
const CHUNKS_PER_ROUND = 64;

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
    const texts = round.map(({ heading, text }) => (heading ? `${heading}\n${text}` : text));
    const answer = await embedder.embed(texts, { kind: 'document', ...(input.signal ? { signal: input.signal } : {}) });
    usage = addUsage(usage, answer.usage);
    const rows = round.map(({ id }, index) => ({ id, embedding: vectorLiteral(answer.vectors[index]!) }));
    await ctx.db.transaction().execute(
      // A chunk that went meanwhile is passed over; one with another embedder's vector gets this one's.
      (tx) =>
        sql`
        insert into chunk_embeddings (chunk_id, org_id, embedder, embedding)
        select c.id, c.org_id, ${embedder.id}, n.embedding::extensions.vector
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n(id uuid, embedding text)
        join chunks c on c.id = n.id
        where c.org_id = ${ctx.orgId}
        on conflict (chunk_id) do update set embedder = excluded.embedder, embedding = excluded.embedding, created_at = now()
      `.execute(tx),
    );
    input.onProgress?.(Math.min(1, (start + round.length) / missing.length));
  }
  return { embeddedCount: missing.length, usage };
}

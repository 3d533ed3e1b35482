import { sql } from 'kysely';
import type { Context, Tx } from '../platform/index.ts';
import type { Embedder } from './embedder.ts';
import type { Usage } from './model.ts';
import { vectorLiteral } from './rank-by-vectors.ts';

/** So many at once: a stop in between loses no more than these. */
export const CHUNKS_PER_ROUND = 64;

export interface BareChunk {
  readonly id: string;
  readonly heading: string | null;
  readonly text: string;
}

/** Asks for the vectors of some chunks and stores them, with whatever else belongs into the same transaction. */
export async function embedChunks(
  ctx: Pick<Context, 'orgId' | 'db'>,
  embedder: Embedder,
  chunks: readonly BareChunk[],
  { signal, alongside }: { signal?: AbortSignal; alongside?: (tx: Tx, usage: Usage) => Promise<unknown> } = {},
): Promise<Usage> {
  const texts = chunks.map(({ heading, text }) => (heading ? `${heading}\n${text}` : text));
  const { vectors, usage } = await embedder.embed(texts, { kind: 'document', ...(signal ? { signal } : {}) });
  const rows = chunks.map(({ id }, index) => ({ id, embedding: vectorLiteral(vectors[index]!) }));
  await ctx.db.transaction().execute(async (tx) => {
    // A chunk that went meanwhile is passed over.
    await sql`
      insert into chunk_embeddings (chunk_id, org_id, embedder, embedding)
      select c.id, c.org_id, ${embedder.id}, n.embedding::extensions.vector
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n(id uuid, embedding text)
      join chunks c on c.id = n.id
      where c.org_id = ${ctx.orgId}
      on conflict (chunk_id, embedder) do nothing
    `.execute(tx);
    await alongside?.(tx, usage);
  });
  return usage;
}

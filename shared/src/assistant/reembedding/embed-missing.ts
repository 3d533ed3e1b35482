import { sql } from 'kysely';
import { type Connection, type Context, requireScope, type Tx } from '../../platform/index.ts';
import { CHUNKS_PER_ROUND, embedChunks } from '../embed-chunks.ts';
import { openEmbedder } from '../embedders/index.ts';
import type { Usage } from '../model.ts';
import { costUsd } from '../price.ts';
import { hasVectors } from '../rank-by-vectors.ts';
import { beginIndex, deleteOtherVectors, lackingChunks, switchIndex } from './embedding-index.ts';

/** How the warning begins that an item carries while it lacks vectors; it is taken away by this. */
export const LACKS_VECTORS = 'Only words can be searched:';

/** Deleting holds the one session of an embedded database. */
const VECTORS_PER_DELETE = 2_000;

/**
 * Gives every passage the vector it lacks, then lets search go by these vectors and deletes those of other embedders. Until
 * then the old ones serve. Each round is stored for good: after a stop it goes on with what is left. Errors as `Embedder`.
 */
export async function embedMissing(
  ctx: Pick<Context, 'orgId' | 'actor' | 'db'>,
  { connection, signal }: { connection: Connection; signal?: AbortSignal },
): Promise<{ embeddedCount: number }> {
  requireScope(ctx.actor, 'assistant:write');
  const { orgId, db } = ctx;
  const embedder = openEmbedder(connection.adapter, connection);
  const begun = await db.transaction().execute(async (tx) => {
    if (!(await hasVectors(tx))) return false;
    await beginIndex(tx, orgId, embedder.id, connection);
    return true;
  });
  if (!begun) return { embeddedCount: 0 };

  const recordUsage = (tx: Tx, usage: Usage) =>
    recordEmbedding(tx, orgId, embedder.id, usage, costUsd(embedder.price, usage));
  let embeddedCount = 0;
  let after = 0;
  for (;;) {
    signal?.throwIfAborted();
    const page = { after, limit: CHUNKS_PER_ROUND };
    const round = await db.transaction().execute((tx) => lackingChunks(tx, orgId, embedder.id, page));
    if (round.length > 0) {
      await embedChunks(ctx, embedder, round, { alongside: recordUsage, ...(signal ? { signal } : {}) });
      embeddedCount += round.length;
      after = round.at(-1)!.number;
    } else if (await db.transaction().execute((tx) => switchIndex(tx, orgId, embedder.id, connection))) {
      break;
    } else {
      // Passages that came meanwhile, or moved.
      after = 0;
    }
  }
  await db.transaction().execute((tx) => forgetWarnings(tx, orgId));
  const deleteSome = (tx: Tx) => deleteOtherVectors(tx, orgId, embedder.id, VECTORS_PER_DELETE);
  while ((await db.transaction().execute(deleteSome)) === VECTORS_PER_DELETE) signal?.throwIfAborted();
  return { embeddedCount };
}

async function recordEmbedding(
  tx: Tx,
  orgId: string,
  adapter: string,
  usage: Usage,
  cost: number | null,
): Promise<void> {
  if (usage.inputTokens === 0) return;
  await tx
    .insertInto('usage_events')
    .values({
      org_id: orgId,
      kind: 'embed',
      adapter,
      quantity: usage.inputTokens,
      unit: 'tokens',
      cost_usd: String(cost ?? 0),
      subject_kind: 'org',
      subject_id: orgId,
    })
    .execute();
}

async function forgetWarnings(tx: Tx, orgId: string): Promise<void> {
  const prefix = `${LACKS_VECTORS}%`;
  await sql`
    update items set warnings = array(
      select w from unnest(warnings) with ordinality as u(w, place) where w not like ${prefix} order by place)
    where org_id = ${orgId} and warnings <> '{}' and exists (select from unnest(warnings) as w where w like ${prefix})
  `.execute(tx);
}

import { z } from 'zod';
import { type Context, decodeCursor, PageQuery, pageOf, requireScope } from '../../platform/index.ts';
import { readPosts } from '../posts/read-posts.ts';
import { RunPost } from '../run-contracts.ts';
import { readRun } from './run-rows.ts';

export const RunPostsQuery = PageQuery.extend({
  dropped: z.enum(['true', 'false']).optional().describe('Only those that rules put aside, or only those they kept'),
});
export type RunPostsQuery = z.infer<typeof RunPostsQuery>;

const Position = z.tuple([z.int(), z.uuid()]);

/** What a run found, in the order it came. */
export async function listRunPosts(
  ctx: Context,
  input: { runId: string } & RunPostsQuery,
): Promise<{ posts: RunPost[]; nextCursor: string | null }> {
  requireScope(ctx.actor, 'listening:read');
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor, Position);

  return ctx.db.transaction().execute(async (tx) => {
    await readRun(tx, ctx.orgId, input.runId);
    const found = await tx
      .selectFrom('run_posts')
      .select(['post_id', 'position', 'source', 'dropped'])
      .where('run_id', '=', input.runId)
      .where('org_id', '=', ctx.orgId)
      .$if(input.dropped !== undefined, (query) =>
        query.where('dropped', input.dropped === 'true' ? 'is not' : 'is', null),
      )
      .$if(after !== null, (query) =>
        query.where((eb) => eb(eb.refTuple('position', 'post_id'), '>', eb.tuple(after![0], after![1]))),
      )
      .orderBy('position')
      .orderBy('post_id')
      .limit(input.limit + 1)
      .execute();
    const { rows, nextCursor } = pageOf(found, input.limit, (row) => [row.position, row.post_id]);
    const posts = await readPosts(
      tx,
      ctx.orgId,
      rows.map(({ post_id }) => post_id),
    );
    return {
      posts: rows.map(({ post_id, source, dropped }) => RunPost.parse({ post: posts.get(post_id), source, dropped })),
      nextCursor,
    };
  });
}

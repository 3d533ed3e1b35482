import { sql } from 'kysely';
import { z } from 'zod';
import { type Context, decodeCursor, NexusError, pageOf, requireScope } from '../../platform/index.ts';
import { readPosts } from '../posts/read-posts.ts';
import { CampaignPost, type CampaignPostPage, type CampaignPostsQuery } from './judged-post-contracts.ts';
import { readAnalyses } from './read-analyses.ts';

const NewestPosition = z.tuple([z.literal('newest'), z.iso.datetime({ offset: true }), z.guid()]);
const RelevancePosition = z.tuple([z.literal('relevance'), z.int(), z.guid()]);

interface Row {
  post_id: string;
  source: string;
  state: string;
  dropped: unknown;
  created_at: Date;
  /** Microseconds and all: pages are cut by it. */
  at: string;
  relevance: number | null;
}

/** What a campaign met, with its judgements: the last found first, or the most relevant; those that nobody judged have no place there. */
export async function listCampaignPosts(
  ctx: Context,
  input: { campaignId: string } & CampaignPostsQuery,
): Promise<CampaignPostPage> {
  requireScope(ctx.actor, 'listening:read');
  const { campaignId, limit, sort } = input;
  const order =
    sort === 'newest'
      ? { by: sql`m.created_at desc, m.post_id desc`, join: sql`left join` }
      : { by: sql`a.relevance desc, a.post_id desc`, join: sql`join` };

  return ctx.db.transaction().execute(async (tx) => {
    const campaign = await tx
      .selectFrom('campaigns')
      .select('id')
      .where('org_id', '=', ctx.orgId)
      .where('id', '=', campaignId)
      .executeTakeFirst();
    if (!campaign) throw new NexusError('not-found', 'There is no such campaign in this organisation.');
    const { rows: found } = await sql<Row>`
      select m.post_id, m.source, m.state, m.dropped, m.created_at, a.relevance,
        to_char(m.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
      from matches m ${order.join} analyses a on a.campaign_id = m.campaign_id and a.post_id = m.post_id
      where m.org_id = ${ctx.orgId} and m.campaign_id = ${campaignId} ${filterOf(input)} ${afterOf(input)}
      order by ${order.by} limit ${limit + 1}
    `.execute(tx);
    const { rows, nextCursor } = pageOf(found, limit, (row) => [
      sort,
      sort === 'newest' ? row.at : row.relevance,
      row.post_id,
    ]);
    const ids = rows.map(({ post_id }) => post_id);
    const posts = await readPosts(tx, ctx.orgId, ids);
    const analyses = await readAnalyses(tx, ctx.orgId, campaignId, ids);
    return {
      posts: rows.map((row) =>
        CampaignPost.parse({
          post: posts.get(row.post_id),
          source: row.source,
          state: row.state,
          dropped: row.dropped,
          analysis: analyses.get(row.post_id) ?? null,
          foundAt: new Date(row.created_at).toISOString(),
        }),
      ),
      nextCursor,
    };
  });
}

function filterOf({ state, intent, minRelevance, maxRelevance, thumb }: CampaignPostsQuery) {
  return sql`
    ${state === undefined ? sql`` : sql`and m.state = ${state}`}
    ${intent === undefined ? sql`` : sql`and a.intent = ${intent}`}
    ${minRelevance === undefined ? sql`` : sql`and a.relevance >= ${minRelevance}`}
    ${maxRelevance === undefined ? sql`` : sql`and a.relevance <= ${maxRelevance}`}
    ${
      thumb === undefined
        ? sql``
        : sql`and exists (select from post_feedback f where f.campaign_id = m.campaign_id and f.post_id = m.post_id
            and f.thumb = ${thumb === 'up' ? 1 : -1})`
    }`;
}

function afterOf({ cursor, sort }: CampaignPostsQuery) {
  if (cursor === undefined) return sql``;
  if (sort === 'newest') {
    const [, at, id] = decodeCursor(cursor, NewestPosition);
    return sql`and (m.created_at, m.post_id) < (${at}::timestamptz, ${id}::uuid)`;
  }
  const [, relevance, id] = decodeCursor(cursor, RelevancePosition);
  return sql`and (a.relevance, a.post_id) < (${relevance}::int, ${id}::uuid)`;
}

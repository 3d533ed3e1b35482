import { sql } from 'kysely';
import type { Tx } from '../../platform/index.ts';
import { AuthorHistory, type Opportunity } from './opportunity-contracts.ts';

const LAST = 5;
const WORDS = 280;

/** What there was with the author of an opportunity's post before it; an empty history for a post without one. */
export async function readHistory(tx: Tx, orgId: string, { id, post }: Opportunity): Promise<AuthorHistory> {
  if (!post.author) return { posts: 0, opportunities: 0, acted: 0, last: [] };
  const counted = await sql<{ posts: number; opportunities: number; acted: number }>`
    select count(distinct p.id)::int as posts, count(o.id)::int as opportunities, count(o.acted_at)::int as acted
    from posts p left join opportunities o on o.post_id = p.id and o.id <> ${id}
    where p.org_id = ${orgId} and p.author_id = ${post.author.id} and p.id <> ${post.id}
  `.execute(tx);
  const last = await sql<LastRow>`
    select o.id, c.name, o.state, left(p.text, ${WORDS}::int) as text, p.posted_at, o.acted_at, o.outcome_count
    from posts p join opportunities o on o.post_id = p.id join campaigns c on c.id = o.campaign_id
    where p.org_id = ${orgId} and p.author_id = ${post.author.id} and p.id <> ${post.id}
    order by p.posted_at desc, o.id limit ${LAST}
  `.execute(tx);
  return AuthorHistory.parse({
    ...counted.rows[0],
    last: last.rows.map((row) => ({
      opportunityId: row.id,
      campaignName: row.name,
      state: row.state,
      text: row.text,
      postedAt: row.posted_at.toISOString(),
      actedAt: row.acted_at?.toISOString() ?? null,
      outcomeCount: row.outcome_count,
    })),
  });
}

interface LastRow {
  id: string;
  name: string;
  state: string;
  text: string;
  posted_at: Date;
  acted_at: Date | null;
  outcome_count: number;
}

import { type JudgedPost, readPosts } from '@nexus/shared/listening';
import type { Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';

/** Posts as they are judged, in the order of their ids, each with what it answers and quotes where that was read. */
export async function postsToJudge(tx: Tx, orgId: string, ids: readonly string[]): Promise<JudgedPost[]> {
  const posts = await readPosts(tx, orgId, ids);
  const named = await readNamed(tx, orgId, ids);
  return ids.flatMap((id) => {
    const post = posts.get(id);
    if (!post) return [];
    return {
      id,
      network: post.network,
      text: post.text,
      language: post.language,
      authorHandle: post.author?.handle ?? '',
      authorName: post.author?.name ?? '',
      followers: post.author?.followers ?? null,
      postedAt: new Date(post.postedAt),
      engagement: post.engagement,
      hashtags: post.entities.hashtags,
      mentions: post.entities.mentions,
      links: post.entities.links,
      answers: named.get(id)?.answers ?? null,
      quotes: named.get(id)?.quotes ?? null,
    };
  });
}

async function readNamed(tx: Tx, orgId: string, ids: readonly string[]) {
  const { rows } = await sql<{ id: string; answers: string | null; quotes: string | null }>`
    select p.id, left(a.text, 1000) as answers, left(q.text, 1000) as quotes from posts p
    left join posts a on a.org_id = p.org_id and a.network = p.network and a.external_id = p.reply_to_external_id
    left join posts q on q.org_id = p.org_id and q.network = p.network and q.external_id = p.quoted_external_id
    where p.org_id = ${orgId} and p.id = any(${[...ids]}::uuid[])
  `.execute(tx);
  return new Map(rows.map((row) => [row.id, row]));
}

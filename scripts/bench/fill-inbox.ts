/** An inbox as a year of runs would leave it, written in one go without triggers, which would tell each row to the live topic. */
import type { DB } from '@nexus/shared/platform';
import { type Kysely, sql } from 'kysely';

const CAMPAIGNS = 8;
/** Of them most have few. */
const AUTHORS = 20_000;

export async function fillInbox(
  kysely: Kysely<DB>,
  opportunities: number,
): Promise<{ orgId: string; userId: string; campaignIds: string[] }> {
  const [orgId, userId] = [crypto.randomUUID(), crypto.randomUUID()];
  const campaignIds = Array.from({ length: CAMPAIGNS }, () => crypto.randomUUID());
  await kysely.insertInto('orgs').values({ id: orgId, name: 'Bench' }).execute();
  await kysely
    .insertInto('members')
    .values({ org_id: orgId, user_id: userId, role: 'owner', email: 'bench@localhost' })
    .execute();
  await kysely.connection().execute(async (connection) => {
    await sql`set session_replication_role = replica`.execute(connection);
    await connection
      .insertInto('campaigns')
      .values(campaignIds.map((id, n) => ({ id, org_id: orgId, name: `Campaign ${n}`, query: '{}', sources: '[]' })))
      .execute();
    await insertPosts(connection, orgId, opportunities);
    await judge(connection, orgId, campaignIds);
    await open(connection, orgId, userId);
    await sql`set session_replication_role = origin`.execute(connection);
  });
  await sql`vacuum analyze opportunities, posts, authors, analyses`.execute(kysely);
  return { orgId, userId, campaignIds };
}

async function insertPosts(connection: Kysely<DB>, orgId: string, count: number): Promise<void> {
  await sql`
    insert into authors (org_id, network, external_id, handle, name, followers)
    select ${orgId}, 'x', 'author-' || n, 'person' || n, 'Person ' || n, n from generate_series(0, ${AUTHORS}::int - 1) n
  `.execute(connection);
  await sql`
    insert into posts (org_id, network, external_id, url, author_id, text, posted_at, likes, fold_key)
    select ${orgId}, 'x', n::text, 'https://x.com/i/status/' || n, u.id,
      'Post ' || n || ' speaks of topic' || n % 1000 || ', word' || n % 60 || ' and word' || n % 7 ||
      ', and asks at some length which of the many ferries goes to the island on a Sunday morning in winter.',
      now() - make_interval(mins => n), n % 500, md5(n::text)
    from generate_series(0, ${count}::int - 1) n
    join authors u on u.org_id = ${orgId} and u.external_id = 'author-' || (n * 7919) % ${AUTHORS}::int
  `.execute(connection);
}

/** The first campaign has half of all, the last ones a few. */
async function judge(connection: Kysely<DB>, orgId: string, campaignIds: readonly string[]): Promise<void> {
  await sql`
    insert into analyses (campaign_id, post_id, org_id, depth, relevance, reason, intent, sentiment, urgency, evidence, replies, judged_by)
    select (${[...campaignIds]}::uuid[])[1 + least(${CAMPAIGNS - 1}, floor(-ln(1 - random()) * 1.4)::int)], p.id, p.org_id, 'read',
      60 + (random() * 40)::int, 'Somebody asks for what the organisation offers, and soon.',
      (array['question', 'question', 'question', 'complaint', 'comparison', 'buying-signal', 'praise', 'question', 'news'])[
        1 + (random() * random() * 9)::int % 9],
      random() * 2 - 1, (random() * 100)::int, array['which of the many ferries'],
      '[{"text": "The first one on Sunday leaves at nine.", "citations": []}, {"text": "At nine.", "citations": []}]', 'offline'
    from posts p where p.org_id = ${orgId}
  `.execute(connection);
}

async function open(connection: Kysely<DB>, orgId: string, userId: string): Promise<void> {
  await sql`
    insert into opportunities (org_id, campaign_id, post_id, state, value, intent, relevance, assignee_id)
    select a.org_id, a.campaign_id, a.post_id,
      (array['new', 'new', 'new', 'new', 'new', 'new', 'done', 'dismissed', 'waiting', 'drafted'])[1 + (random() * 9)::int],
      round((random() * 100)::numeric, 1)::float8, a.intent, a.relevance, case when random() < 0.1 then ${userId}::uuid end
    from analyses a where a.org_id = ${orgId}
  `.execute(connection);
}

import { openOpportunities } from '@nexus/shared/listening';
import { databaseAs, type DB } from '@nexus/shared/platform';
import type { Kysely } from 'kysely';

/** An opportunity as a run leaves it. Answers its id. */
export async function seedOpportunity(kysely: Kysely<DB>, orgId: string): Promise<string> {
  const org = { org_id: orgId };
  const { id: campaignId } = await kysely
    .insertInto('campaigns')
    .values({ ...org, name: 'Ferries', query: '{}', sources: '[]' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { id: runId } = await kysely
    .insertInto('runs')
    .values({ ...org, campaign_id: campaignId, spec: '{}', state: 'done' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const externalId = crypto.randomUUID();
  const { id: postId } = await kysely
    .insertInto('posts')
    .values({
      ...org,
      network: 'rss',
      external_id: externalId,
      url: 'https://example.org',
      text: 'When?',
      posted_at: new Date(),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const ids = { ...org, campaign_id: campaignId, post_id: postId, run_id: runId };
  await kysely
    .insertInto('matches')
    .values({ ...ids, source: 'rss', state: 'read' })
    .execute();
  await kysely
    .insertInto('analyses')
    .values({
      ...ids,
      depth: 'read',
      relevance: 90,
      reason: 'Asks',
      intent: 'question',
      sentiment: 0,
      urgency: 50,
      judged_by: 'offline',
    })
    .execute();
  await databaseAs(kysely, { role: 'service_role' })
    .transaction()
    .execute((tx) => openOpportunities(tx, { runId, campaignId, orgId, threshold: 60, ownHandles: [] }, new Date()));
  const { id } = await kysely
    .selectFrom('opportunities')
    .select('id')
    .where('campaign_id', '=', campaignId)
    .executeTakeFirstOrThrow();
  return id;
}

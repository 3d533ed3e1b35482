import { CampaignBrief } from '@nexus/shared/listening';
import { type JudgedOrg, judgedWorld } from '../opportunities/judged-world.ts';

const NOW = new Date('2026-11-21T12:00:00Z');

/** Two organisations in one database; it is noon of the 21st of November 2026. */
export async function judgingWorld() {
  const world = await judgedWorld();
  const [own, other] = [await world.org(), await world.org()];
  const at = (ctx: Awaited<ReturnType<JudgedOrg['person']>>) => ({ ...ctx, now: () => NOW });
  return {
    database: world.database,
    kysely: world.kysely,
    ctx: at(await own.person('member')),
    viewer: at(await own.person('viewer')),
    stranger: at(await other.person('owner')),
    stop: world.close,
  };
}

/** Five posts: three were judged at 90, 70 and 20, one was dropped, one waits. */
const POSTS = [
  { network: 'x', at: '2026-11-20T20:00:00Z', relevance: 90, intent: 'question', sentiment: 0.5, names: ['Brewly'] },
  {
    network: 'x',
    at: '2026-11-20T23:30:00Z',
    relevance: 70,
    intent: 'question',
    sentiment: 0,
    names: ['Brewly', 'Acme'],
  },
  { network: 'rss', at: '2026-11-21T08:00:00Z', relevance: 20, intent: 'complaint', sentiment: -0.9, names: [] },
  { network: 'x', at: '2026-11-21T09:00:00Z', dropped: { rule: 'no-match', words: ['none of the words'] } },
  { network: 'x', at: '2026-11-01T09:00:00Z' },
];

export async function judgedCampaign({ kysely, ctx: { orgId } }: Awaited<ReturnType<typeof judgingWorld>>) {
  const brief = CampaignBrief.parse({ names: ['Acme', 'Brewly', 'Nobody'] });
  const { id } = await kysely
    .insertInto('campaigns')
    .values({
      org_id: orgId,
      name: 'Coffee',
      query: '{}',
      brief: JSON.stringify(brief),
      sources: '[]',
      time_zone: 'Europe/Berlin',
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await kysely
    .insertInto('runs')
    .values({ org_id: orgId, campaign_id: id, spec: '{}', state: 'done', cost_usd: '0.5' })
    .execute();
  const postIds: string[] = [];
  for (const [index, { network, at, dropped, ...judged }] of POSTS.entries()) {
    const post = await kysely
      .insertInto('posts')
      .values({
        org_id: orgId,
        network,
        external_id: `${id}-${index}`,
        url: 'https://example.org/p',
        text: `post ${index}`,
        posted_at: at,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const state = dropped ? 'dropped' : judged.relevance === undefined ? 'found' : index === 2 ? 'read' : 'scored';
    await kysely
      .insertInto('matches')
      .values({
        org_id: orgId,
        campaign_id: id,
        post_id: post.id,
        source: network,
        state,
        dropped: dropped ? JSON.stringify(dropped) : null,
      })
      .execute();
    if (judged.relevance !== undefined)
      await kysely
        .insertInto('analyses')
        .values({
          org_id: orgId,
          campaign_id: id,
          post_id: post.id,
          depth: 'scored',
          relevance: judged.relevance,
          reason: 'Because.',
          intent: judged.intent!,
          sentiment: judged.sentiment!,
          urgency: 10,
          names: judged.names ?? [],
          judged_by: 'offline',
        })
        .execute();
    postIds.push(post.id);
  }
  return { id, postIds };
}

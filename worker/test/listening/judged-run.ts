import { CampaignBrief, CampaignQuery, type FoundPost, type RunSpec } from '@nexus/shared/listening';
import type { testWorker } from '../running/test-worker.ts';
import { storePosts } from '../../src/listening/runs/store-posts.ts';

type Worker = Awaited<ReturnType<typeof testWorker>>;

export function foundPost(text: string, more: Partial<FoundPost> = {}): FoundPost {
  const externalId = more.externalId ?? crypto.randomUUID();
  return {
    network: 'x',
    externalId,
    url: `https://x.example/i/${externalId}`,
    text,
    language: 'en',
    author: {
      externalId: 'author-1',
      handle: 'somebody',
      name: 'Some Body',
      url: null,
      bio: null,
      avatarUrl: null,
      followers: 10,
      isVerified: null,
    },
    postedAt: new Date('2026-11-21T10:00:00Z'),
    editedAt: null,
    conversationExternalId: externalId,
    replyToExternalId: null,
    quotedExternalId: null,
    engagement: { likes: 1, replies: 0, reposts: 0, quotes: null, views: null },
    entities: { hashtags: [], mentions: [], links: [], media: [] },
    ...more,
  };
}

export const coffeeSpec = (more: Partial<RunSpec> = {}): RunSpec => ({
  query: CampaignQuery.parse({ keywords: ['espresso'] }),
  brief: CampaignBrief.parse({
    about: 'We sell and repair espresso machines.',
    seeks: 'people who look for an espresso machine',
    ownHandles: ['brewly'],
    names: ['Brewly'],
  }),
  sources: [],
  maxPosts: 1000,
  maxCostUsd: null,
  threshold: 60,
  keepRaw: false,
  ...more,
});

/** A run of a campaign that has found these posts and stands before the judging. */
export async function runThatFound(
  { ports, ctx }: Pick<Worker, 'ports' | 'ctx'>,
  posts: readonly FoundPost[],
  { spec = coffeeSpec(), campaignId }: { spec?: RunSpec; campaignId?: string } = {},
) {
  const { orgId } = ctx;
  return ports.db.transaction().execute(async (tx) => {
    const campaign = campaignId
      ? { id: campaignId }
      : await tx
          .insertInto('campaigns')
          .values({
            org_id: orgId,
            name: 'Coffee',
            query: JSON.stringify(spec.query),
            brief: JSON.stringify(spec.brief),
            sources: '[]',
          })
          .returning('id')
          .executeTakeFirstOrThrow();
    const run = await tx
      .insertInto('runs')
      .values({ org_id: orgId, campaign_id: campaign.id, spec: JSON.stringify(spec), stage: 'judge' })
      .returning('id')
      .executeTakeFirstOrThrow();
    const ids = await storePosts(tx, orgId, posts, ports.now());
    const postIds = posts.map(({ network, externalId }) => ids.get(`${network}:${externalId}`)!);
    for (const post_id of postIds)
      await tx
        .insertInto('matches')
        .values({ org_id: orgId, campaign_id: campaign.id, post_id, run_id: run.id, source: 'x' })
        .execute();
    return { runId: run.id, campaignId: campaign.id, orgId, postIds };
  });
}

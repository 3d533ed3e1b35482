import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type FoundPost, getOpportunity } from '@nexus/shared/listening';
import { NexusError } from '@nexus/shared/platform';
import { z } from 'zod';
import type { SearchSource } from '../../../src/listening/sources/search-source.ts';
import checkPost from '../../../src/listening/opportunities/check-post.ts';
import { testWorker } from '../../running/test-worker.ts';

/** What the network says next. */
let answer: () => FoundPost | null;

const network: SearchSource = {
  id: 'bluesky',
  label: 'Bluesky',
  description: '',
  network: 'bluesky',
  settings: z.object({}),
  credentials: z.object({}),
  limits: { pageSize: 1, searchesBackDays: null, usdPerPost: 0 },
  search: async () => ({ hits: [], context: [], entryIds: [], nextCursor: null }),
  conversation: null,
  author: async () => null,
  post: async () => answer(),
};

let worker: Awaited<ReturnType<typeof testWorker>>;
beforeAll(async () => {
  worker = await testWorker({ ports: { sources: [network] } });
});
afterAll(() => worker.stop());

async function opportunity(on: string) {
  const org = { org_id: worker.ctx.orgId };
  return worker.ports.db.transaction().execute(async (tx) => {
    // From a file: the network is asked all the same.
    const sources = JSON.stringify([{ source: 'import' }]);
    const campaign = await tx
      .insertInto('campaigns')
      .values({ ...org, name: 'Ferries', query: '{}', sources })
      .returning('id')
      .executeTakeFirstOrThrow();
    const post = await tx
      .insertInto('posts')
      .values({
        ...org,
        network: on,
        external_id: `${on}-1`,
        url: 'https://example.org',
        text: 'When?',
        posted_at: new Date(),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const { id } = await tx
      .insertInto('opportunities')
      .values({ ...org, campaign_id: campaign.id, post_id: post.id, intent: 'question', relevance: 90 })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  });
}

async function checked(opportunityId: string) {
  const io = { signal: new AbortController().signal, log: { set: () => undefined } };
  await checkPost.run({ orgId: worker.ctx.orgId, opportunityId }, worker.ports, io);
  return getOpportunity(worker.ctx, { opportunityId });
}

const stillThere = (text: string): FoundPost => ({
  network: 'bluesky',
  externalId: 'bluesky-1',
  url: 'https://example.org',
  text,
  language: null,
  author: {
    externalId: 'a',
    handle: 'ann',
    name: 'Ann',
    url: null,
    bio: null,
    avatarUrl: null,
    followers: 1,
    isVerified: null,
  },
  postedAt: new Date(),
  editedAt: null,
  conversationExternalId: null,
  replyToExternalId: null,
  quotedExternalId: null,
  engagement: { likes: 7, replies: 0, reposts: 0, quotes: 0, views: null },
  entities: { hashtags: [], mentions: [], links: [], media: [] },
});

test('a post that is there is brought up to date, one that is gone is marked, and a refusal is told in its words', async () => {
  const id = await opportunity('bluesky');

  answer = () => stillThere('When, on Sunday?');
  const present = await checked(id);
  expect(present).toMatchObject({ postState: 'present', postProblem: null });
  expect(present.post).toMatchObject({ text: 'When, on Sunday?', deletedAt: null, engagement: { likes: 7 } });

  answer = () => {
    throw new NexusError('upstream-limited', 'Bluesky asks to slow down.', { retryAfterSeconds: 60 });
  };
  expect(await checked(id)).toMatchObject({ postState: 'unknown', postProblem: 'Bluesky asks to slow down.' });

  answer = () => null;
  const gone = await checked(id);
  expect(gone).toMatchObject({ postState: 'gone', postProblem: null });
  expect(gone.post.deletedAt).not.toBeNull();
  expect(gone.post.text).toBe('When, on Sunday?');
});

test('where no source can tell, that is what is said', async () => {
  const rss = await checked(await opportunity('rss'));

  expect(rss).toMatchObject({ postState: 'unknown', postProblem: expect.stringContaining('rss') });
});

import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { getConversation, listRunPosts } from '@nexus/shared/listening';
import { NexusError } from '@nexus/shared/platform';
import { conversationStage } from '../../../src/listening/runs/conversation-stage.ts';
import { searchStage } from '../../../src/listening/runs/search-stage.ts';
import { runHarness } from './run-harness.ts';
import { postOf, scriptedSource } from './scripted-source.ts';

const STAGES = [searchStage, conversationStage];
let lights: ReturnType<typeof scriptedSource>;
let nexus: Awaited<ReturnType<typeof runHarness>>;

beforeAll(async () => {
  lights = scriptedSource();
  nexus = await runHarness([lights.source]);
});
afterEach(async () => {
  await nexus.forget();
  lights.threads.clear();
});
afterAll(() => nexus.stop());

const answer = (n: number, to: number, root: number) =>
  postOf(n, 'bluesky', { replyToExternalId: String(to), conversationExternalId: String(root) });

/** One match, and a thread of so many answers. */
function thread(root: number, answers: number, aPage = 100): void {
  lights.failNext({ hits: [postOf(root)], nextCursor: null });
  const pages = Math.max(1, Math.ceil(answers / aPage));
  lights.threads.set(
    String(root),
    Array.from({ length: pages }, (_, page) => ({
      posts: [
        ...(page === 0 ? [postOf(root)] : []),
        ...Array.from({ length: Math.min(aPage, answers - page * aPage) }, (_each, n) =>
          answer(root + 1 + page * aPage + n, root, root),
        ),
      ],
      missing: [],
      nextCursor: page + 1 < pages ? String(page + 1) : null,
    })),
  );
}

async function runOnce() {
  const { id: campaignId } = await nexus.campaign();
  const runId = await nexus.start({ kind: 'full', campaignId });
  const run = await nexus.finish(runId, STAGES);
  const [found] = (await listRunPosts(nexus.ctx, { runId, limit: 1 })).posts;
  const conversationId = found!.post.conversationId!;
  const conversation = await getConversation(nexus.ctx, { conversationId, limit: 200 });
  return { run, conversation };
}

test('the whole conversation of a match is read page by page and told page by page', async () => {
  thread(1000, 250);

  const { run, conversation } = await runOnce();

  expect(run).toMatchObject({ state: 'done', endReason: 'complete' });
  expect(run.counts).toMatchObject({ conversations: 1, conversationsRead: 1, conversationPosts: 251, found: 1 });
  expect(conversation).toMatchObject({ state: 'complete', postCount: 251, isRootMissing: false });
  expect(conversation.posts[0]).toMatchObject({ depth: 0, isMatch: true, parentId: null });
  expect(conversation.posts[1]).toMatchObject({ depth: 1, isMatch: false });
  const further = await getConversation(nexus.ctx, {
    conversationId: conversation.id,
    limit: 200,
    cursor: conversation.nextCursor!,
  });
  const all = [...conversation.posts, ...further.posts].map(({ post }) => post.externalId);
  expect([new Set(all).size, further.nextCursor]).toEqual([251, null]);
});

test('a thread of 5,000 answers is read whole and shown a page at a time', async () => {
  thread(1000, 5000, 500);

  const { run, conversation } = await runOnce();

  expect(run.counts).toMatchObject({ conversationsRead: 1, conversationPosts: 5001 });
  expect([conversation.state, conversation.postCount, conversation.posts.length]).toEqual(['complete', 5001, 200]);
}, 120_000);

test('a quoted post is shown as context, an answer to a deleted one below a gap, and our own answers are ours', async () => {
  lights.failNext({
    hits: [postOf(10, 'bluesky', { quotedExternalId: '5' })],
    context: [postOf(5)],
    nextCursor: null,
  });
  lights.threads.set('10', [
    {
      posts: [postOf(10, 'bluesky', { quotedExternalId: '5' }), answer(12, 11, 10)],
      missing: ['11'],
      nextCursor: null,
    },
  ]);
  const { id: campaignId } = await nexus.campaign({
    brief: { about: '', seeks: '', voice: '', ownHandles: ['@Keeper5'], names: [] },
  });
  const runId = await nexus.start({ kind: 'full', campaignId });

  await nexus.finish(runId, STAGES);

  const [found] = (await listRunPosts(nexus.ctx, { runId, limit: 1 })).posts;
  const conversationId = found!.post.conversationId!;
  const { posts } = await getConversation(nexus.ctx, { conversationId, limit: 10 });
  expect(
    posts.map(({ post, depth, isAfterGap, isOurs, quoted }) => [
      post.externalId,
      depth,
      isAfterGap,
      isOurs,
      quoted?.externalId,
    ]),
  ).toEqual([
    ['10', 0, false, false, '5'],
    ['12', 1, true, true, undefined],
  ]);
});

test('a conversation that breaks off is partial and says why; the run goes on', async () => {
  thread(1000, 250);
  const refused = () => Promise.reject(new NexusError('upstream-refused', 'This thread is closed.'));
  const page = lights.source.conversation!;
  let asked = 0;
  const broken = {
    ...lights.source,
    conversation: (...given: Parameters<typeof page>) => (asked++ === 1 ? refused() : page(...given)),
  };
  const { id: campaignId } = await nexus.campaign();
  const runId = await nexus.start({ kind: 'full', campaignId });
  await nexus.once(runId, { ports: { ...nexus.ports, sources: [broken] }, stages: STAGES });
  const [found] = (await listRunPosts(nexus.ctx, { runId, limit: 1 })).posts;

  const conversationId = found!.post.conversationId!;
  const conversation = await getConversation(nexus.ctx, { conversationId, limit: 10 });

  expect(conversation).toMatchObject({
    state: 'partial',
    postCount: 101,
    problem: { detail: 'This thread is closed.' },
  });
});

test('a source that asks to slow down is waited for, with the conversation where it was', async () => {
  thread(1000, 150);
  lights.failThreads(new NexusError('upstream-limited', 'Cooling.', { retryAfterSeconds: 60 }));

  const { run, conversation } = await runOnce();

  expect(run.counts).toMatchObject({ conversationsRead: 1, conversationPosts: 151 });
  expect(conversation.state).toBe('complete');
});

test('of many conversations the most answered are read, and it is said how many are left', async () => {
  const hits = Array.from({ length: 60 }, (_, n) =>
    postOf(n, 'bluesky', { engagement: { likes: n, replies: 0, reposts: 0, quotes: 0, views: 0 } }),
  );
  lights.failNext({ hits, nextCursor: null });
  for (const hit of hits) lights.threads.set(hit.externalId, [{ posts: [hit], missing: [], nextCursor: null }]);

  const { run } = await runOnce();

  expect(run.counts).toMatchObject({ conversations: 50, conversationsLeft: 10, conversationsRead: 50 });
});

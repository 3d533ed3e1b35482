import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type Person, type RunningApi, runningApi } from '../running-api.ts';

let api: RunningApi;
let ours: Person;
let theirs: Person;

beforeAll(async () => {
  api = await runningApi();
  [ours, theirs] = [await api.founder(), await api.founder()];
});
afterAll(() => api.close());

/** A campaign that scored one post at 80. */
async function judged({ orgId }: Person): Promise<{ path: string; postId: string }> {
  const row = { org_id: orgId };
  const campaign = await api.kysely
    .insertInto('campaigns')
    .values({ ...row, name: 'Lights', query: '{}', sources: '[]' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const post = await api.kysely
    .insertInto('posts')
    .values({
      ...row,
      network: 'rss',
      external_id: '1',
      url: 'https://example.org/1',
      text: 'A lamp',
      posted_at: new Date(),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const met = { ...row, campaign_id: campaign.id, post_id: post.id };
  await api.kysely
    .insertInto('matches')
    .values({ ...met, source: 'rss', state: 'scored' })
    .execute();
  await api.kysely
    .insertInto('analyses')
    .values({
      ...met,
      depth: 'scored',
      relevance: 80,
      reason: 'A lamp.',
      intent: 'question',
      sentiment: 0,
      urgency: 5,
      judged_by: 'offline',
    })
    .execute();
  return { path: `/campaigns/${campaign.id}`, postId: post.id };
}

test('a thumb is given, shown, counted and taken back', async () => {
  const { token } = ours;
  const { path, postId } = await judged(ours);
  const thumb = `${path}/posts/${postId}/thumb`;

  const given = await api.call(thumb, { method: 'PUT', token, body: { thumb: -1, note: 'a toy' } });
  const posts = await api.call(`${path}/posts?minRelevance=50&sort=relevance&thumb=down`, { token });
  const stats = await api.call(`${path}/stats?days=7`, { token });
  const taken = await api.call(thumb, { method: 'DELETE', token });
  const again = await api.call(thumb, { method: 'DELETE', token });

  expect([given.status, given.body.relevanceThen, given.body.note]).toEqual([200, 80, 'a toy']);
  expect(posts.body).toMatchObject({
    posts: [{ post: { text: 'A lamp' }, state: 'scored', analysis: { relevance: 80, thumb: -1 } }],
    nextCursor: null,
  });
  expect(stats.body.days).toHaveLength(7);
  expect(stats.body).toMatchObject({ matched: 1, agreement: { thumbs: 1, agreed: 0, meanDown: 80 } });
  expect([taken.status, again.status]).toEqual([204, 404]);
});

test.each([
  ['a thumb sideways', 'PUT', (path: string, id: string) => `${path}/posts/${id}/thumb`, { thumb: 0 }],
  ['a relevance beyond the scale', 'GET', (path: string) => `${path}/posts?minRelevance=101`, undefined],
  ['a hundred days', 'GET', (path: string) => `${path}/stats?days=100`, undefined],
  ['an intent that is none', 'GET', (path: string) => `${path}/posts?intent=sale`, undefined],
] as const)('%s is refused', async (_, method, route, body) => {
  const { path, postId } = await judged(await api.founder());

  const answer = await api.call(route(path, postId), { method, token: ours.token, body });

  expect(answer.status).toBe(422);
});

test("another organisation's posts are not found, by whatever route", async () => {
  const { path, postId } = await judged(theirs);
  const thumb = `${path}/posts/${postId}/thumb`;

  const answers = await Promise.all([
    api.call(`${path}/posts`, { token: ours.token }),
    api.call(`${path}/stats`, { token: ours.token }),
    api.call(thumb, { method: 'PUT', token: ours.token, body: { thumb: 1 } }),
    api.call(thumb, { method: 'DELETE', token: ours.token }),
  ]);

  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
});

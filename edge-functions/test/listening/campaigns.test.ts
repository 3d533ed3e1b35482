import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type Person, type RunningApi, runningApi } from '../running-api.ts';

let api: RunningApi;
let ours: Person;
let theirs: Person;
const query = { keywords: ['lighthouse'] };
const sources = [{ source: 'feeds', settings: { url: 'https://example.org/feed' } }];

beforeAll(async () => {
  api = await runningApi();
  [ours, theirs] = [await api.founder(), await api.founder()];
  const url = { type: 'object', properties: { url: { type: 'string' } }, required: ['url'] };
  const key = { type: 'object', properties: { apiKey: { type: 'string' } }, required: ['apiKey'] };
  await api.kysely
    .insertInto('catalogue')
    .values([
      { kind: 'source', id: 'feeds', label: 'Feeds', settings_schema: JSON.stringify(url) },
      {
        kind: 'source',
        id: 'paid',
        label: 'Paid',
        credentials_schema: JSON.stringify(key),
        limits: JSON.stringify({ pageSize: 10, searchesBackDays: 7, usdPerPost: 0.005, hasConversations: true }),
      },
    ])
    .execute();
});
afterAll(() => api.close());

const campaign = async (person: Person) =>
  (await api.call('/campaigns', { token: person.token, body: { name: 'Lights', query, sources } })).body;

test('a campaign is made, read, changed and removed', async () => {
  const made = await api.call('/campaigns', {
    token: ours.token,
    body: { name: 'Lights', query, sources, cron: '0 9 * * 1', timeZone: 'Europe/Berlin' },
  });
  expect([made.status, made.body.maxPosts, made.body.lastRun]).toEqual([201, 500, null]);
  expect(made.body.nextRunAt).toEndWith(':00:00.000Z');
  const path = `/campaigns/${made.body.id}`;

  const changed = await api.call(path, { method: 'PATCH', token: ours.token, body: { name: 'Lamps', cron: null } });
  const listed = await api.call('/campaigns', { token: ours.token });
  const removed = await api.call(path, { method: 'DELETE', token: ours.token });

  expect([changed.body.name, changed.body.nextRunAt]).toEqual(['Lamps', null]);
  expect(listed.body.campaigns.map(({ name }: { name: string }) => name)).toContain('Lamps');
  expect([removed.status, (await api.call(path, { token: ours.token })).status]).toEqual([204, 404]);
});

test.each([
  ['a source that is not there', { sources: [{ source: 'nowhere' }] }, 'sources.0.source'],
  ['the same source twice', { sources: [...sources, ...sources] }, 'sources.1.source'],
  [
    'settings that do not fit',
    { sources: [{ source: 'feeds', settings: { address: 'x' } }] },
    'sources.0.settings.url',
  ],
  ['a paid source without its keys', { sources: [{ source: 'paid' }] }, 'sources.0.credentialId'],
  ['nothing to find', { query: { exclude: ['dark'] } }, 'query.keywords'],
  ['a pattern that is none', { query: { ...query, excludePatterns: ['('] } }, 'query.excludePatterns.0'],
  ['a schedule that is none', { cron: 'now and then' }, 'cron'],
  ['a place without a clock', { timeZone: 'Mars/Olympus' }, 'timeZone'],
])('%s is refused beside its field', async (_, change, field) => {
  const body = { name: 'Lights', query, sources, ...change };

  const answer = await api.call('/campaigns', { token: ours.token, body });

  expect([answer.status, Object.keys(answer.body.fields)]).toEqual([422, expect.arrayContaining([field])]);
});

test('a run is started once, followed, canceled and listed', async () => {
  const { id: campaignId } = await campaign(ours);
  const start = () => api.call('/runs', { token: ours.token, body: { kind: 'full', campaignId } });
  const started = await start();
  const twice = await start();

  const read = await api.call(`/runs/${started.body.id}`, { token: ours.token });
  const canceled = await api.call(`/runs/${started.body.id}/cancel`, { method: 'POST', token: ours.token });
  const posts = await api.call(`/runs/${started.body.id}/posts`, { token: ours.token });
  const listed = await api.call(`/runs?campaignId=${campaignId}`, { token: ours.token });

  expect([started.status, twice.status, read.body.state]).toEqual([202, 409, 'queued']);
  expect(canceled.body).toMatchObject({ state: 'canceled', endReason: 'canceled', isCanceling: false });
  expect(posts.body).toEqual({ posts: [], nextCursor: null });
  expect(listed.body.runs).toHaveLength(1);
});

test('a preview needs no campaign', async () => {
  const body = { kind: 'preview', query, sources };

  const { status, body: run } = await api.call('/runs', { token: ours.token, body });

  expect([status, run.campaignId, run.kind]).toEqual([202, null, 'preview']);
});

test('what a run may cost is told before it', async () => {
  const body = { sources: [{ source: 'feeds' }, { source: 'paid' }], maxPosts: 300 };

  const estimate = await api.call('/runs/estimate', { token: ours.token, body });
  const listed = await api.call('/sources', { token: ours.token });

  expect(estimate.body).toMatchObject({ mostUsd: 3, sources: [{ mostUsd: 0 }, { mostUsd: 3 }] });
  expect(listed.body.sources.find(({ id }: { id: string }) => id === 'paid')).toMatchObject({
    usdPerPost: 0.005,
    needsConnection: true,
    hasConversations: true,
    connections: [],
  });
});

test("another organisation's campaigns, runs and conversations are not found, by whatever route", async () => {
  const { id: campaignId } = await campaign(theirs);
  const run = await api.call('/runs', { token: theirs.token, body: { kind: 'full', campaignId } });
  const conversation = await api.kysely
    .insertInto('conversations')
    .values({ org_id: theirs.orgId, network: 'x', external_id: '1' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const routes: [string, string, object?][] = [
    ['GET', `/campaigns/${campaignId}`],
    ['PATCH', `/campaigns/${campaignId}`, { name: 'mine' }],
    ['DELETE', `/campaigns/${campaignId}`],
    ['POST', '/runs', { kind: 'full', campaignId }],
    ['GET', `/runs/${run.body.id}`],
    ['GET', `/runs/${run.body.id}/posts`],
    ['GET', `/runs/${run.body.id}/raw`],
    ['POST', `/runs/${run.body.id}/cancel`],
    ['GET', `/conversations/${conversation.id}`],
  ];

  const answers = await Promise.all(
    routes.map(([method, path, body]) => api.call(path, { method, token: ours.token, body })),
  );

  expect(routes.filter((_, index) => answers[index]!.status !== 404)).toEqual([]);
  const lists = await Promise.all(['/campaigns', '/runs'].map((path) => api.call(path, { token: ours.token })));
  for (const id of [campaignId, run.body.id]) expect(JSON.stringify(lists.map(({ body }) => body))).not.toContain(id);
});

test('somebody who may only read starts and changes nothing', async () => {
  const viewer = await api.joiner(ours.orgId, 'viewer');
  const { id: campaignId } = await campaign(ours);

  const answers = await Promise.all([
    api.call('/runs', { token: viewer.token, body: { kind: 'full', campaignId } }),
    api.call(`/campaigns/${campaignId}`, { method: 'PATCH', token: viewer.token, body: { name: 'mine' } }),
    api.call(`/campaigns/${campaignId}`, { token: viewer.token }),
  ]);

  expect(answers.map(({ status }) => status)).toEqual([403, 403, 200]);
});

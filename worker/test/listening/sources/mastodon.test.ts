import { afterAll, expect, test } from 'bun:test';
import { CampaignQuery } from '@nexus/shared/listening';
import { placeOf, readStatus, Status } from '../../../src/listening/sources/mastodon-status.ts';
import { mastodon } from '../../../src/listening/sources/mastodon.ts';
import { searchAll, searchRequest, searchSourceContract, testSourceIo } from '../../contract/search-source.ts';
import { mastodonServer } from '../../loopback/mastodon-server.ts';
import { makeSourceWorld } from '../../loopback/source-world.ts';

const server = await mastodonServer();
afterAll(() => server[Symbol.asyncDispose]());

searchSourceContract(mastodon, {
  shape: server.shape,
  start: async (world) => server.serve(world, 'none'),
  query: { keywords: [], hashtags: ['lighthouse'] },
  hasQuotes: true,
  knowsAuthors: true,
});

const worldOf = (hits: number) => makeSourceWorld(server.shape, { hits, hasQuotes: false });

test('with a token words are searched, all pages of them', async () => {
  const loopback = server.serve(worldOf(95), 'token');

  const pages = await searchAll(mastodon, testSourceIo(mastodon, loopback), {
    query: CampaignQuery.parse({ keywords: ['lighthouse'] }),
  });

  expect(new Set(pages.flatMap((page) => page.hits.map(({ externalId }) => externalId))).size).toBe(95);
  expect(server.asked().every(({ isSignedIn }) => isSignedIn)).toBe(true);
});

test('without a token words alone are refused with what to do', async () => {
  const io = testSourceIo(mastodon, server.serve(worldOf(2), 'none'));

  const search = async () => mastodon.search(searchRequest(), io);

  await expect(search()).rejects.toMatchObject({ code: 'not-configured', detail: expect.stringContaining('token') });
  expect(server.asked()).toEqual([]);
});

test('the token of one server is not sent to another', async () => {
  const loopback = server.serve(worldOf(2), 'token');
  const credentials = { ...loopback.credentials, server: 'https://elsewhere.example' };
  const query = CampaignQuery.parse({ keywords: ['lighthouse'], hashtags: ['lighthouse'] });

  await searchAll(mastodon, testSourceIo(mastodon, { ...loopback, credentials }), { query });

  expect(server.asked().map(({ url, isSignedIn }) => [url.pathname, isSignedIn])).toEqual([
    ['/api/v1/timelines/tag/lighthouse', false],
    ['/api/v1/timelines/tag/lighthouse', false],
  ]);
});

test('authors are followed by name, those of other servers too; who is not there is passed', async () => {
  const loopback = server.serve(worldOf(50), 'none');
  const query = CampaignQuery.parse({ follow: ['nobody@far.example', 'sailor@far.example'] });

  const pages = await searchAll(mastodon, testSourceIo(mastodon, loopback), { query });

  const hits = pages.flatMap((page) => page.hits);
  expect(hits.length).toBe(25);
  expect(new Set(hits.map(({ author }) => author.handle))).toEqual(new Set(['sailor@far.example']));
});

test('a post of another server is asked for there, without the token', async () => {
  const asked: string[] = [];
  const io = testSourceIo(mastodon, server.serve(worldOf(2), 'token'));
  const http = {
    ...io.http,
    get: async (url: string, { headers = {} }: { headers?: Record<string, string> } = {}) => {
      asked.push(`${url} ${'authorization' in headers}`);
      return { finalUrl: url, status: 404, headers: {}, body: new Uint8Array() };
    },
  };

  expect(await mastodon.post!('123@far.example', { ...io, http })).toBeNull();
  expect(asked).toEqual(['https://far.example/api/v1/statuses/123 false']);
});

test('what is no id leads nowhere', () => {
  expect(placeOf('123@here.example')).toEqual({ id: '123', host: 'here.example' });
  for (const id of ['123', '../admin@here.example', '1@here.example/x', '1@user@here.example', '1@'])
    expect(placeOf(id)).toBeNull();
});

test('markup becomes words: cut addresses whole, tags as written, what folds a post in front', () => {
  const status = Status.parse({
    id: '1',
    created_at: '2026-11-20T10:00:00.000Z',
    uri: 'https://far.example/users/vera/statuses/1',
    url: null,
    spoiler_text: 'Ships',
    content:
      '<p>First line<br />second &amp; third 👩‍👩‍👧</p><p>שלום <a href="https://light.example/a/long/way"><span class="invisible">https://</span><span class="ellipsis">light.example/a/lo</span><span class="invisible">ng/way</span></a> <a href="https://here.example/tags/Boat" class="mention hashtag" rel="tag">#<span>Boat</span></a> <span class="h-card"><a href="https://far.example/@vera" class="u-url mention">@<span>vera</span></a></span></p>',
    account: { id: '9', username: 'vera', acct: 'vera@far.example' },
    tags: [{ name: 'boat' }],
    mentions: [{ acct: 'vera@far.example' }],
    media_attachments: [
      { type: 'image', url: 'https://here.example/1.png' },
      { type: 'unknown', url: null },
    ],
  });

  const { post } = readStatus(status, 'here.example');

  expect(post.text).toBe('Ships\n\nFirst line\nsecond & third 👩‍👩‍👧\n\nשלום https://light.example/a/long/way #Boat @vera');
  expect(post.entities).toEqual({
    hashtags: ['boat'],
    mentions: ['vera@far.example'],
    links: ['https://light.example/a/long/way'],
    media: [{ kind: 'photo', url: 'https://here.example/1.png' }],
  });
  expect(post.author).toMatchObject({ handle: 'vera@far.example', name: 'vera' });
});

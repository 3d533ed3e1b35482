import { describe, expect, test } from 'bun:test';
import { judgeAnswer } from '../../../src/listening/sources/x/judge-answer.ts';
import { parseTimeline } from '../../../src/listening/sources/x/parse-timeline.ts';
import { currentProtocol } from '../../../src/listening/sources/x/current-protocol.ts';
import { SHIPPED_PROTOCOL } from '../../../src/listening/sources/x/shipped-protocol.ts';
import { postEntry, tombstoneItem, type XShape } from '../../loopback/x-payloads.ts';
import { idAt, makeAuthor, makePosts, type XPost } from '../../loopback/x-posts.ts';

const AT = new Date('2026-08-20T12:00:00Z');
const post = (fields: Partial<XPost> = {}): XPost => ({
  id: idAt(AT),
  author: makeAuthor(1),
  at: AT,
  text: 'Hello',
  language: 'en',
  ...fields,
});
const read = (posts: readonly XPost[], shape: XShape) =>
  parseTimeline({ anywhere: { deep: posts.map((each) => postEntry(each, shape)) } }, SHIPPED_PROTOCOL);

describe.each(['legacy', 'mixed', 'new'] as const)('in the %s shape', (shape) => {
  test('a long text comes whole, its links written out, without those of its pictures', () => {
    const longText = `Look: https://t.co/aa1 ${'and so on '.repeat(60)}the end & <more>`
      .replaceAll('&', '&amp;')
      .replace('<more>', '&lt;more&gt;');
    const { own } = read(
      [
        post({
          longText,
          links: { 'https://t.co/aa1': 'https://example.org/a?b=1' },
          photo: 'https://pbs.example/1.jpg',
        }),
      ],
      shape,
    );

    expect(own[0]!.text).toStartWith('Look: https://example.org/a?b=1 and so on');
    expect(own[0]!.text).toEndWith('the end & <more>');
    expect(own[0]!.entities).toMatchObject({
      links: ['https://example.org/a?b=1'],
      media: [{ kind: 'photo', url: 'https://pbs.example/1.jpg' }],
    });
  });

  test('emoji, right-to-left words and tags stay as they were written', () => {
    const text = '👩‍👩‍👧‍👦 שלום #שלום @vera مرحبا #café 日本';
    const { own } = read([post({ text, hashtags: ['שלום', 'café'], mentions: ['vera'], language: 'iw' })], shape);

    expect(own[0]).toMatchObject({
      text,
      language: 'he',
      entities: { hashtags: ['שלום', 'café'], mentions: ['vera'] },
    });
  });

  test('a repost says what the original says; the original is beside it, and its quote too', () => {
    const quoted = post({ id: idAt(AT, 7), text: 'Quoted', author: makeAuthor(3) });
    const original = post({ id: idAt(AT, 5), longText: 'Whole. '.repeat(80).trim(), author: makeAuthor(2), quoted });
    const { own, context } = read([post({ original, text: 'RT' })], shape);

    expect(own[0]!.text).toBe(`RT @writer_2: ${original.longText}`);
    expect(context.map(({ externalId }) => externalId).toSorted()).toEqual([original.id, quoted.id].toSorted());
  });

  test('a post that was edited is known by its first number, and answers to any version are answers to it', () => {
    const [first, second] = [idAt(AT), idAt(new Date(AT.getTime() + 60_000))];
    const edited = post({ id: second, earlierIds: [first], text: 'Better' });
    const answer = post({ id: idAt(AT, 9), replyTo: second, conversation: second, text: 'Yes' });
    const { own } = read([edited, answer], shape);

    expect(own[0]).toMatchObject({ externalId: first, text: 'Better', editedAt: new Date(AT.getTime() + 60_000) });
    expect(own[1]).toMatchObject({ replyToExternalId: first, conversationExternalId: first });
  });

  test('a post with limited visibility is a post', () => {
    expect(read([post({ isLimited: true })], shape).own).toHaveLength(1);
  });

  test('counts, languages nobody speaks and texts of nothing but a picture', () => {
    const { own, unreadable } = read(
      [post({ text: '', photo: 'https://pbs.example/1.jpg', language: 'zxx', likes: 7, views: 900 })],
      shape,
    );

    expect(unreadable).toEqual([]);
    expect(own[0]).toMatchObject({ text: '', language: null, engagement: { likes: 7, replies: 0, views: 900 } });
  });
});

test('a post that is quoted and found is a hit, once', () => {
  const found = post();
  const { own, context } = read([post({ id: idAt(AT, 3), quoted: found }), found], 'mixed');

  expect({ own: own.length, context: context.length }).toEqual({ own: 2, context: 0 });
});

test('tombstones are told by number, mere references are nothing', () => {
  const answer = {
    entries: [
      { entryId: 'tweet-123', content: { itemContent: tombstoneItem() } },
      { entryId: 'tweet-124', content: { itemContent: { itemType: 'TimelineTweet', tweet_results: {} } } },
      {
        entryId: 'tweet-125',
        content: { itemContent: { tweet_results: { result: { __typename: 'Tweet', rest_id: '125' } } } },
      },
    ],
  };

  expect(parseTimeline(answer, SHIPPED_PROTOCOL)).toMatchObject({ own: [], gone: ['123', '124'], unreadable: [] });
});

test('posts of a suspended author cannot be shown', () => {
  const entry = postEntry(post(), 'mixed');
  const hidden = JSON.parse(
    JSON.stringify(entry).replace('"__typename":"User"', '"__typename":"UserUnavailable"'),
  ) as unknown;

  expect(parseTimeline(hidden, SHIPPED_PROTOCOL)).toMatchObject({ own: [], gone: [post().id], unreadable: [] });
});

test('so is a post whose author has closed the account', () => {
  const entry = postEntry(post(), 'mixed') as {
    content: { itemContent: { tweet_results: { result: { core: object } } } };
  };
  entry.content.itemContent.tweet_results.result.core = { user_results: {} };

  expect(parseTimeline(entry, SHIPPED_PROTOCOL)).toMatchObject({ own: [], gone: [post().id], unreadable: [] });
});

test('advertisements and suggestions are left out with all they hold', () => {
  const [shown, advert, suggested] = makePosts(3, { quoteEvery: 0 });
  const answer = [
    postEntry(shown!, 'mixed'),
    postEntry(advert!, 'mixed', `promoted-tweet-${advert!.id}-1`),
    {
      entryId: 'module-1',
      content: { items: [{ entryId: `x-tweet-${suggested!.id}`, item: postEntry(suggested!, 'mixed') }] },
    },
    { entryId: 'tweet-9', content: { itemContent: { promotedMetadata: {}, inner: postEntry(advert!, 'mixed') } } },
  ];

  const { own, context } = parseTimeline(answer, SHIPPED_PROTOCOL);

  expect(own.map(({ externalId }) => externalId)).toEqual([shown!.id]);
  expect(context).toEqual([]);
});

test('an answer nested without end is read as far as answers go', () => {
  const depth = 5000;
  const answer = JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`) as unknown;

  expect(parseTimeline(answer, SHIPPED_PROTOCOL).own).toEqual([]);
});

test('a stored protocol counts when it is newer and can be read', () => {
  const newer = { ...SHIPPED_PROTOCOL, version: SHIPPED_PROTOCOL.version + 1 };

  expect(currentProtocol(newer).version).toBe(newer.version);
  expect(currentProtocol({ ...newer, version: 1 })).toBe(SHIPPED_PROTOCOL);
  expect(currentProtocol({ ...newer, operations: {} })).toBe(SHIPPED_PROTOCOL);
  expect(currentProtocol(null)).toBe(SHIPPED_PROTOCOL);
});

test('a field that moved is found again by data alone', () => {
  const moved = JSON.parse(JSON.stringify(postEntry(post(), 'new')).replace('"full_text"', '"body"')) as unknown;
  const paths = { ...SHIPPED_PROTOCOL.post, text: ['details.body'] };

  expect(parseTimeline(moved, SHIPPED_PROTOCOL).unreadable).toHaveLength(1);
  expect(parseTimeline(moved, { ...SHIPPED_PROTOCOL, post: paths }).own[0]!.text).toBe('Hello');
});

describe('the table of answers', () => {
  const reply = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
    status,
    headers: { 'content-type': 'application/json', ...headers },
    text: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const error = (code: number) => ({ errors: [{ code, message: 'Words of X' }] });

  test.each([
    [reply(403, error(64)), { kind: 'retire', state: 'banned' }],
    [reply(403, error(353)), { kind: 'retire', state: 'needs-cookies' }],
    [reply(401, ''), { kind: 'retire', state: 'needs-cookies' }],
    [reply(302, ''), { kind: 'retire', state: 'needs-cookies' }],
    [reply(403, ''), { kind: 'retire', state: 'suspect' }],
    [
      reply(200, error(88), { 'x-rate-limit-remaining': '0' }),
      { kind: 'cool', until: new Date(AT.getTime() + 900_000) },
    ],
    [
      reply(429, '', { 'x-rate-limit-reset': String(AT.getTime() / 1000 + 60) }),
      { kind: 'cool', until: new Date(AT.getTime() + 60_000) },
    ],
    [reply(429, '', { 'x-rate-limit-reset': '1' }), { kind: 'cool', until: new Date(AT.getTime() + 900_000) }],
    [reply(500, ''), { kind: 'later', problem: { code: 'upstream-down' } }],
    [reply(200, { errors: [{ message: 'OverCapacity' }] }), { kind: 'later', problem: { code: 'upstream-down' } }],
    [reply(400, error(214)), { kind: 'stop', isChanged: false, problem: { code: 'upstream-refused' } }],
    [reply(200, 'not JSON'), { kind: 'stop', isChanged: true, problem: { code: 'upstream-changed' } }],
    [reply(200, '[]'), { kind: 'stop', isChanged: true, problem: { code: 'upstream-changed' } }],
    [reply(200, error(144)), { kind: 'gone' }],
    [reply(404, ''), { kind: 'unknown-address' }],
    [reply(503, '<html>', { 'content-type': 'text/html' }), { kind: 'stop', problem: { code: 'upstream-refused' } }],
  ])('%j', (answer, verdict) => {
    expect(judgeAnswer(answer, 'SearchTimeline', SHIPPED_PROTOCOL, AT)).toMatchObject(verdict);
  });
});

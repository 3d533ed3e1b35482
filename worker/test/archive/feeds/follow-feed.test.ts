import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import {
  changeFeed,
  checkFeedNow,
  createFeed,
  deleteFeed,
  deleteItem,
  getFeed,
  listItems,
  NewFeed,
} from '@nexus/shared/archive';
import { queueDueFeeds } from '../../../src/archive/feeds/queue-due-feeds.ts';
import { webServer, type Reply, type WebRequest, type WebServer } from '../../loopback/web-server.ts';
import { testWorker } from '../../running/test-worker.ts';

type Answer = (request: WebRequest, reply: Reply) => void | Promise<void>;

let answer: Answer;
let server: WebServer;
let nexus: Awaited<ReturnType<typeof testWorker>>;
let serial = 0;

beforeAll(async () => {
  server = await webServer((request, reply) => answer(request, reply));
  nexus = await testWorker({ allowPrivate: [server.host] });
});
afterAll(async () => {
  await nexus.stop();
  await server[Symbol.asyncDispose]();
});
beforeEach(() => {
  serial++;
});

const entry = (name: string, day: number) =>
  `<item><title>${name}</title><guid>${serial}-${name}</guid><link>${server.origin}/${serial}/${name}.txt</link><pubDate>${new Date(Date.UTC(2026, 10, day)).toUTCString()}</pubDate></item>`;
const rss = (...items: string[]) =>
  `<?xml version="1.0"?><rss version="2.0"><channel><title>Show ${serial}</title>${items.join('')}</channel></rss>`;

/** A site whose feed is `content()`, with plain texts for its entries. */
function site(content: () => string, headers: Record<string, string> = {}): Answer {
  return ({ path }, reply) =>
    path.endsWith('.txt')
      ? reply.send(200, { 'Content-Type': 'text/plain' }, `The words of ${path} as they were spoken on that day.`)
      : reply.send(200, { 'Content-Type': 'application/rss+xml', ...headers }, content());
}

const follow = (path = '/feed.xml', options: object = {}) =>
  createFeed(nexus.ctx, NewFeed.parse({ url: `${server.origin}${path}?${serial}`, ...options }));

/** Resolves when the feed was checked `count` times, well or not. */
async function checked(feedId: string, after: string | null = null) {
  for (;;) {
    const feed = await getFeed(nexus.ctx, { feedId });
    if (feed.checkedAt !== after) return feed;
    await Bun.sleep(20);
  }
}

describe('following a feed', () => {
  test('brings its newest entries, at most as many as asked for, with author and date', async () => {
    answer = site(() => rss(entry('three', 3), entry('one', 1), entry('two', 2)));

    const feed = await checked((await follow('/feed.xml', { keepLast: 2 })).id);

    expect(feed).toMatchObject({ title: `Show ${serial}`, state: 'good', problem: null, itemCount: 2 });
    expect(feed.episodes.map(({ title }) => title)).toEqual(['three', 'two']);
    const item = await nexus.rested(feed.episodes[0]!.itemId!);
    expect(item).toMatchObject({ title: 'three', status: 'ready', publishedAt: '2026-11-03T00:00:00.000Z' });
  });

  test('takes only what is new with every further check, and nothing that was deleted', async () => {
    let content = rss(entry('first', 1));
    answer = site(() => content);
    const first = await checked((await follow()).id);
    await deleteItem(nexus.ctx, { itemId: first.episodes[0]!.itemId! });

    content = rss(entry('first', 1), entry('second', 2));
    await checkFeedNow(nexus.ctx, { feedId: first.id });
    const second = await checked(first.id, first.checkedAt);

    expect(second.episodes.map(({ title, itemId }) => [title, itemId !== null])).toEqual([
      ['second', true],
      ['first', false],
    ]);
  });

  test('asks with the validators of the last answer, and a 304 changes nothing', async () => {
    answer = (request, reply) =>
      request.headers['if-none-match'] === '"v1"'
        ? reply.send(304)
        : site(() => rss(entry('only', 1)), { ETag: '"v1"' })(request, reply);
    const first = await checked((await follow()).id);

    await checkFeedNow(nexus.ctx, { feedId: first.id });
    const second = await checked(first.id, first.checkedAt);

    expect(second).toMatchObject({ state: 'good', itemCount: 1, title: `Show ${serial}` });
  });

  test('of a page follows the feed that it names', async () => {
    answer = (request, reply) =>
      request.path.startsWith('/show')
        ? reply.send(
            200,
            { 'Content-Type': 'text/html' },
            `<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/named.xml?${serial}"></head></html>`,
          )
        : site(() => rss(entry('found', 1)))(request, reply);

    const feed = await checked((await follow('/show')).id);

    expect(feed).toMatchObject({ url: `${server.origin}/named.xml?${serial}`, state: 'good', itemCount: 1 });
  });

  test('twice is a conflict, and its items stay when it ends', async () => {
    answer = site(() => rss(entry('kept', 1)));
    const feed = await checked((await follow()).id);

    await expect(follow()).rejects.toMatchObject({ code: 'conflict' });
    await deleteFeed(nexus.ctx, { feedId: feed.id });

    await expect(getFeed(nexus.ctx, { feedId: feed.id })).rejects.toMatchObject({ code: 'not-found' });
    const { items } = await listItems(nexus.ctx, { q: 'kept' });
    expect(items).toHaveLength(1);
  });

  test('a second organisation sees nothing of it', async () => {
    answer = site(() => rss());
    const feed = await follow();
    const stranger = { ...nexus.ctx, orgId: crypto.randomUUID() };

    await expect(getFeed(stranger, { feedId: feed.id })).rejects.toMatchObject({ code: 'not-found' });
    await expect(changeFeed(stranger, { feedId: feed.id, isPaused: true })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('a feed that', () => {
  const BAD: [what: string, answer: Answer, code: string][] = [
    [
      'redirects in a circle',
      ({ path }, reply) => reply.send(302, { Location: path.startsWith('/a') ? '/b' : '/a' }),
      'upstream-refused',
    ],
    [
      'promises more than it sends',
      (_request, reply) => {
        reply.socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n${rss().slice(0, 100)}`);
      },
      'upstream-down',
    ],
    ['announces more than may come', (_request, reply) => reply.send(200, { 'Content-Length': 4e9 }, 'x'), 'too-large'],
    ['is a page without a feed', (_request, reply) => reply.send(200, {}, '<html></html>'), 'upstream-refused'],
    ['is gone', (_request, reply) => reply.send(410), 'upstream-refused'],
    ['wants a sign-in', (_request, reply) => reply.send(401), 'upstream-refused'],
    ['asks to slow down', (_request, reply) => reply.send(429, { 'Retry-After': '3600' }), 'upstream-limited'],
    ['leads inside', (_request, reply) => reply.send(302, { Location: 'http://127.0.0.1:1/' }), 'address-refused'],
  ];

  test.each(BAD)('%s says so on its row and is asked again later', async (_what, reply, code) => {
    answer = reply;

    const feed = await checked((await follow()).id);

    expect(feed).toMatchObject({ state: 'failed', problem: { code } });
    expect(new Date(feed.nextCheckAt).getTime()).toBeGreaterThan(Date.now() - 60_000);
  });
});

describe('the clock', () => {
  const dueIn = (feedId: string, milliseconds: number) =>
    nexus.ports.db.transaction().execute((tx) =>
      tx
        .updateTable('feeds')
        .set({ next_check_at: new Date(Date.now() + milliseconds) })
        .where('id', '=', feedId)
        .execute(),
    );

  test('checks what is due, once, and plans the next check by its time zone', async () => {
    answer = site(() => rss(entry('due', 1)));
    const first = await checked((await follow('/feed.xml', { interval: 'day', timeZone: 'Asia/Tokyo' })).id);
    await dueIn(first.id, -1000);

    const queued = [await queueDueFeeds(nexus.ports), await queueDueFeeds(nexus.ports)];
    const second = await checked(first.id, first.checkedAt);

    expect(queued).toEqual([1, 0]);
    const hour = new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone: 'Asia/Tokyo' });
    expect([3, 4, 5]).toContain(Number(hour.format(new Date(second.nextCheckAt))));
  });

  test('leaves a paused feed alone', async () => {
    answer = site(() => rss());
    const feed = await checked((await follow()).id);
    await changeFeed(nexus.ctx, { feedId: feed.id, isPaused: true });
    await dueIn(feed.id, -1000);

    expect(await queueDueFeeds(nexus.ports)).toBe(0);
  });
});

import { afterEach, describe, expect, test } from 'bun:test';
import { CampaignQuery, NETWORKS, type FoundPost } from '@nexus/shared/listening';
import { NexusError } from '@nexus/shared/platform';
import { z } from 'zod';
import type { SearchPage, SearchRequest, SearchSource, SourceIo } from '../../src/listening/sources/search-source.ts';
import { createHttp } from '../../src/platform/http.ts';
import {
  LIMIT_SECONDS,
  makeSourceWorld,
  WORLD_NOW,
  type SourceFailure,
  type SourceLoopback,
  type SourceShape,
  type SourceWorld,
} from '../loopback/source-world.ts';

export interface SourceTrial {
  readonly shape: SourceShape;
  start(world: SourceWorld): Promise<SourceLoopback>;
  /** More than two pages where the source has pages; by default two of its pages and five posts. */
  readonly hits?: number;
  /** By default a keyword. */
  readonly query?: Partial<z.input<typeof CampaignQuery>>;
  /** Posts come along with the posts that they quote. */
  readonly hasQuotes: boolean;
  /** Failures that the source cannot meet, such as a rate limit of a file. */
  readonly never?: readonly SourceFailure[];
  /** The source can look up authors. */
  readonly knowsAuthors: boolean;
}

export interface TestSourceIo extends SourceIo {
  readonly raw: { operation: string; body: string; reason: 'asked' | 'changed' }[];
  readonly spentUsd: () => number;
}

/** What a run gives a source, for the loopback server that was started. */
export function testSourceIo(
  source: SearchSource,
  loopback: Pick<SourceLoopback, 'host' | 'settings' | 'credentials' | 'io'>,
  signal: AbortSignal = new AbortController().signal,
): TestSourceIo {
  const raw: TestSourceIo['raw'] = [];
  let spent = 0;
  return {
    http: createHttp({ allowPrivate: [loopback.host], resumeDelaySeconds: 0 }),
    accounts: () => {
      throw new Error('This source has no accounts');
    },
    openUpload: () => {
      throw new Error('This source reads no files');
    },
    signal,
    now: () => WORLD_NOW,
    settings: source.settings.parse(loopback.settings),
    credentials: source.credentials.parse(loopback.credentials),
    storedProtocol: async () => null,
    keepRaw: async (operation, body, reason) => void raw.push({ operation, body, reason }),
    addCost: (usd) => void (spent += usd),
    ...loopback.io,
    raw,
    spentUsd: () => spent,
  };
}

export const searchRequest = (request: Partial<SearchRequest> = {}): SearchRequest => ({
  query: CampaignQuery.parse({ keywords: ['lighthouse'] }),
  cursor: null,
  since: null,
  limit: 10_000,
  ...request,
});

/** Every page of a search. */
export async function searchAll(
  source: SearchSource,
  io: SourceIo,
  request: Partial<SearchRequest> = {},
): Promise<SearchPage[]> {
  const pages: SearchPage[] = [];
  let cursor: string | null = request.cursor ?? null;
  do {
    if (pages.length > 200) throw new Error('The search does not end');
    const page = await source.search(searchRequest({ ...request, cursor }), io);
    pages.push(page);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return pages;
}

/** Every page of a conversation as one. */
export async function conversationAll(source: SearchSource, io: SourceIo, post: FoundPost) {
  const posts: FoundPost[] = [];
  const missing: string[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    if (++pages > 200) throw new Error('The conversation does not end');
    const page: Awaited<ReturnType<NonNullable<SearchSource['conversation']>>> = await source.conversation!(
      { post, cursor },
      io,
    );
    posts.push(...page.posts);
    missing.push(...page.missing);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return { posts, missing };
}

const idsOf = (posts: readonly { externalId: string }[]) => posts.map(({ externalId }) => externalId);
const hitsOf = (pages: readonly SearchPage[]) => pages.flatMap(({ hits }) => [...hits]);

/** What every source must do, whichever network it searches. */
export function searchSourceContract(source: SearchSource, trial: SourceTrial): void {
  describe(`${source.id} keeps the contract of sources`, () => {
    const { shape, never = [], hasQuotes, knowsAuthors } = trial;
    const hits = trial.hits ?? source.limits.pageSize * 2 + 5;
    const query = CampaignQuery.parse({ keywords: ['lighthouse'], ...trial.query });
    const running: AsyncDisposable[] = [];

    afterEach(async () => {
      for (const one of running.splice(0)) await one[Symbol.asyncDispose]();
    });

    async function start(size: number = hits, signal?: AbortSignal) {
      const world = makeSourceWorld(shape, { hits: size, hasQuotes });
      const loopback = await trial.start(world);
      running.push(loopback);
      return { world, loopback, io: testSourceIo(source, loopback, signal) };
    }

    test('it can be drawn as a form and says what it does', () => {
      expect(source.id).toMatch(/^[a-z][a-z-]*$/);
      expect(source.label).not.toBe('');
      expect(source.description.length).toBeGreaterThan(20);
      expect(source.limits.pageSize).toBeGreaterThan(0);
      for (const schema of [source.settings, source.credentials]) {
        expect(z.toJSONSchema(schema, { io: 'input' })).toMatchObject({ type: 'object' });
      }
    });

    test('all posts come exactly once, page by page, and then there is no more', async () => {
      const { world, io } = await start();

      const pages = await searchAll(source, io, { query });

      expect(idsOf(hitsOf(pages)).toSorted()).toEqual(idsOf(world.hits).toSorted());
      expect(pages.at(-1)?.nextCursor).toBeNull();
      if (hits > source.limits.pageSize) expect(pages.length).toBeGreaterThan(1);
      for (const page of pages) {
        expect(page.hits.length).toBeLessThanOrEqual(source.limits.pageSize);
        for (const hit of page.hits) expect(page.entryIds).toContain(hit.externalId);
      }
    });

    test('a post says what was written, by whom, when and where', async () => {
      const { world, io } = await start(8);

      const found = new Map(hitsOf(await searchAll(source, io, { query })).map((post) => [post.externalId, post]));

      for (const expected of world.hits) {
        const post = found.get(expected.externalId)!;
        expect(post).toMatchObject({
          network: shape.network,
          text: expected.text,
          url: expected.url,
          author: { externalId: expected.author.externalId, handle: expected.author.handle },
          postedAt: expected.postedAt,
          replyToExternalId: null,
        });
        expectSane(post);
      }
    });

    test('quoted posts come along and are no hits', async () => {
      const { world, io } = await start(8);

      const pages = await searchAll(source, io, { query });

      const context = pages.flatMap((page) => [...page.context]);
      expect(idsOf(context)).toEqual(world.quoted ? [world.quoted.externalId] : []);
      for (const post of context) expectSane(post);
      if (world.quoted)
        expect(hitsOf(pages).find(({ quotedExternalId }) => quotedExternalId !== null)).toMatchObject({
          externalId: world.hits[1]!.externalId,
          quotedExternalId: world.quoted.externalId,
        });
    });

    test('nothing found is an empty page and the end', async () => {
      const { io } = await start(0);

      const pages = await searchAll(source, io, { query });

      expect(hitsOf(pages)).toEqual([]);
      expect(pages.at(-1)).toMatchObject({ context: [], nextCursor: null });
    });

    test('told how far it got before, it brings everything newer', async () => {
      const { world, io } = await start();
      const since = world.hits[Math.min(10, hits - 1)]!;

      const pages = await searchAll(source, io, { query, since });

      const newer = world.hits.filter(({ postedAt }) => postedAt > since.postedAt);
      expect(idsOf(hitsOf(pages))).toEqual(expect.arrayContaining(idsOf(newer)));
      expect(new Set(idsOf(hitsOf(pages))).size).toBe(hitsOf(pages).length);
    });

    test.skipIf(never.includes('limit'))('asked to slow down, it says for how long, and the cursor holds', async () => {
      const { world, loopback, io } = await start();
      const first = await source.search(searchRequest({ query }), io);

      loopback.failNext('limit');
      const failed = source.search(searchRequest({ query, cursor: first.nextCursor }), io);

      await expect(failed).rejects.toMatchObject({ code: 'upstream-limited', retryAfterSeconds: LIMIT_SECONDS });
      const rest = first.nextCursor ? await searchAll(source, io, { query, cursor: first.nextCursor }) : [first];
      const pages = first.nextCursor ? [first, ...rest] : rest;
      expect(idsOf(hitsOf(pages)).toSorted()).toEqual(idsOf(world.hits).toSorted());
    });

    for (const failure of ['down', 'cut'] as const) {
      test.skipIf(never.includes(failure))(
        `a server in trouble (${failure}) is down, and can be asked again`,
        async () => {
          const { loopback, io } = await start(8);

          loopback.failNext(failure);
          const failed = source.search(searchRequest({ query }), io);

          await expect(failed).rejects.toMatchObject({ code: 'upstream-down' });
          expect((await source.search(searchRequest({ query }), io)).hits.length).toBeGreaterThan(0);
        },
      );
    }

    test.skipIf(never.includes('refuse'))('a refusal is told as one', async () => {
      const { loopback, io } = await start(8);

      loopback.failNext('refuse');
      const failed = source.search(searchRequest({ query }), io);

      await expect(failed).rejects.toMatchObject({ code: 'upstream-refused', detail: expect.stringMatching(/.{20,}/) });
    });

    test.skipIf(never.includes('change'))('an answer of another shape is kept and told, never half read', async () => {
      const { loopback, io } = await start(8);

      loopback.failNext('change');
      const failed = source.search(searchRequest({ query }), io);

      await expect(failed).rejects.toMatchObject({ code: 'upstream-changed' });
      expect(io.raw).toEqual([{ operation: expect.any(String), body: expect.stringMatching(/./), reason: 'changed' }]);
    });

    test('canceled before it begins, it fails with the reason', async () => {
      const reason = new NexusError('canceled', 'The run was canceled.');
      const { io } = await start(8, AbortSignal.abort(reason));

      await expect(source.search(searchRequest({ query }), io)).rejects.toBe(reason);
    });

    test.skipIf(never.includes('hang'))('canceled while it waits, it fails with the reason at once', async () => {
      const reason = new NexusError('canceled', 'The run was canceled.');
      const controller = new AbortController();
      const { loopback, io } = await start(8, controller.signal);
      loopback.failNext('hang');

      const failure = source.search(searchRequest({ query }), io).catch((error: unknown) => error);
      await loopback.hanging;
      controller.abort(reason);

      expect(await failure).toBe(reason);
    });

    test.skipIf(source.conversation === null)(
      'a conversation is read whole from any of its posts, what was deleted is missing',
      async () => {
        const { world, io } = await start(8);

        const { posts, missing } = await conversationAll(source, io, world.thread.posts[2]!);

        expect(idsOf(posts).toSorted()).toEqual(idsOf(world.thread.posts).toSorted());
        expect(missing).toEqual([world.thread.missing]);
        for (const expected of world.thread.posts) {
          const post = posts.find(({ externalId }) => externalId === expected.externalId)!;
          expectSane(post);
          expect(post).toMatchObject({
            text: expected.text,
            replyToExternalId: expected.replyToExternalId,
            conversationExternalId: world.hits[0]!.externalId,
          });
        }
      },
    );

    test.skipIf(source.conversation === null)('the conversation of a post that is gone is a gap', async () => {
      const { world, io } = await start(8);
      const gone = { ...world.hits[0]!, externalId: shape.postId(4_000, false), conversationExternalId: null };

      const page = await source.conversation!({ post: gone, cursor: null }, io);

      expect(page).toEqual({ posts: [], missing: [gone.externalId], nextCursor: null });
    });

    test.skipIf(!knowsAuthors)('an author is found by name', async () => {
      const { world, io } = await start(8);
      const { author } = world.hits[0]!;

      const found = await source.author(author.handle, io);

      expect(found).toMatchObject({ externalId: author.externalId, handle: author.handle });
      expect(found!.name).not.toBe('');
    });

    test('nobody of this name is null', async () => {
      const { io } = await start(8);

      expect(await source.author(shape.handle('nobody'), io)).toBeNull();
    });

    test.skipIf(source.post === undefined)('a post is there until it is gone', async () => {
      const { world, io } = await start(8);
      const expected = world.hits[0]!;

      expect(await source.post!(expected.externalId, io)).toMatchObject({
        externalId: expected.externalId,
        text: expected.text,
      });
      expect(await source.post!(shape.postId(4_000, false), io)).toBeNull();
    });
  });
}

/** What holds for any post of any network. */
export function expectSane(post: FoundPost): void {
  expect(NETWORKS).toContain(post.network);
  expect(post.externalId).toMatch(/^\S.*$/);
  expect(URL.parse(post.url)?.protocol).toMatch(/^https?:$/);
  expect(post.text).toBe(post.text.trim());
  expect(post.postedAt).toBeInstanceOf(Date);
  expect(post.postedAt.getTime()).toBeGreaterThan(0);
  expect(post.author.externalId).not.toBe('');
  expect(post.author.handle).toMatch(/^[^@].*$/);
  expect(post.author.name).not.toBe('');
  for (const count of Object.values(post.engagement)) {
    if (count !== null) expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
  }
  for (const tag of [...post.entities.hashtags, ...post.entities.mentions]) expect(tag).toMatch(/^[^#@]/);
  for (const link of post.entities.links) expect(URL.canParse(link)).toBe(true);
}

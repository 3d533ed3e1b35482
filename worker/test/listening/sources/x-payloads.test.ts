import { describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { parseTimeline } from '../../../src/listening/sources/x/parse-timeline.ts';
import { SHIPPED_PROTOCOL } from '../../../src/listening/sources/x/shipped-protocol.ts';
import { parseAuthor } from '../../../src/listening/sources/x/parse-author.ts';
import { firstOf } from '../../../src/listening/sources/x/json-path.ts';
import { expectSane } from '../../contract/search-source.ts';

/** Real answers of X. They name real people and are no part of the project: without them these tests are skipped. */
const FOLDER = process.env.NEXUS_X_PAYLOADS ?? new URL('../../../../../shared/data/x', import.meta.url).pathname;
const isThere = existsSync(`${FOLDER}/raw_search.json`);
if (!isThere) console.log(`Skipped: no real payloads of X in ${FOLDER}`);

const payload = (name: string): Promise<unknown> => Bun.file(`${FOLDER}/${name}.json`).json();
const read = async (name: string) => parseTimeline(await payload(name), SHIPPED_PROTOCOL);

describe.skipIf(!isThere)('real answers of X', () => {
  test('a search has 20 hits and 5 quoted posts beside them, one way on, and the longest text whole', async () => {
    const { own, context, entryIds, unreadable, cursors, gone } = await read('raw_search');

    expect({ own: own.length, context: context.length, entries: entryIds.length }).toEqual({
      own: 20,
      context: 5,
      entries: 20,
    });
    expect({ unreadable, gone }).toEqual({ unreadable: [], gone: [] });
    expect(cursors.filter(({ kind }) => kind === 'Bottom')).toHaveLength(1);
    const posts = [...own, ...context];
    expect(Math.max(...posts.map(({ text }) => [...text].length))).toBe(1011);
    expect(
      own.filter(({ quotedExternalId }) => context.some(({ externalId }) => externalId === quotedExternalId)),
    ).toHaveLength(5);
    for (const post of posts) {
      expectSane(post);
      expect(post.author.followers).toBeGreaterThan(0);
      expect(post.engagement.views).toBeGreaterThan(0);
    }
  });

  test('a thread has 37 posts of 31 authors: 4 by the author and 34 direct answers', async () => {
    const { own, context, unreadable } = await read('raw_tweet_thread');
    const [root] = own;

    expect({ own: own.length, context: context.length, unreadable }).toEqual({ own: 37, context: 0, unreadable: [] });
    expect(new Set(own.map(({ author }) => author.externalId)).size).toBe(31);
    expect(own.filter(({ replyToExternalId }) => replyToExternalId === root!.externalId)).toHaveLength(34);
    let chain = [root!];
    for (let last = root; last;) {
      last = own.find(
        (post) => post.replyToExternalId === last!.externalId && post.author.externalId === root!.author.externalId,
      );
      if (last) chain = [...chain, last];
    }
    expect(chain).toHaveLength(4);
    expect(new Set(own.map(({ conversationExternalId }) => conversationExternalId))).toEqual(
      new Set([root!.externalId]),
    );
  });

  test('suggestions beside a post are not of its conversation', async () => {
    const { own, cursors } = await read('card_poll');

    expect(own.map(({ conversationExternalId }) => conversationExternalId)).toEqual(
      Array.from({ length: 4 }, () => own[0]!.externalId),
    );
    expect(cursors.map(({ kind }) => kind)).toEqual(['ShowMore', 'ShowMoreThreads']);
  });

  test('the shape of 2023 is read as well, and a repost says what the original says', async () => {
    const { own, context, unreadable } = await read('old_shape_2023');

    expect(unreadable).toEqual([]);
    expect(own[0]!.text).toBe(`RT @${context[0]!.author.handle}: ${context[0]!.text}`);
    expect(context[0]!.engagement.views).toBe(1110);
  });

  test('films come as films, in their best quality', async () => {
    const { own } = await read('manual_tweet_with_video_1');

    expect(own[0]!.entities.media).toEqual([{ kind: 'video', url: expect.stringMatching(/^https:.*\.mp4/) }]);
  });

  test('an author is read by name', async () => {
    const user = firstOf(await payload('raw_user_by_login'), SHIPPED_PROTOCOL.user);

    expect(parseAuthor(user, SHIPPED_PROTOCOL.author)).toMatchObject({
      externalId: '2244994945',
      handle: 'XDevelopers',
      followers: 695_695,
      isVerified: true,
    });
  });

  test('every real answer is read without a remainder', async () => {
    for (const name of ['raw_tweet_details', 'raw_tweet_replies', 'manual_tweet_with_video_1', 'card_poll']) {
      const { own, unreadable } = await read(name);
      expect({ name, unreadable }).toEqual({ name, unreadable: [] });
      for (const post of own) expectSane(post);
    }
  });
});

import { expect, test } from 'bun:test';
import { afterPage, Progress } from '../../../src/listening/runs/search-progress.ts';
import { searchLanes } from '../../../src/listening/sources/search-lanes.ts';
import type { SearchPage } from '../../../src/listening/sources/search-source.ts';
import { blueskyShape } from '../../loopback/bluesky-server.ts';
import { makeSourceWorld } from '../../loopback/source-world.ts';

const { hits } = makeSourceWorld(blueskyShape, { hits: 1, hasQuotes: false });

test('words that all find the same post do not look like a source that repeats itself', async () => {
  const words = ['light', 'lights', 'lighthouse', 'lighthouses', 'beacon'];
  const asked: string[] = [];
  let progress = Progress.parse({});
  let cursor: string | null = null;
  let endReason: string | null = null;

  while (endReason === null) {
    const page: SearchPage = await searchLanes(words, cursor, async (word) => {
      asked.push(word);
      return { hits, next: null };
    });
    const turn = afterPage(progress, {
      page,
      asked: cursor,
      fresh: asked.length === 1 ? 1 : 0,
      budget: 100,
      now: new Date(),
    });
    ({ progress, cursor, endReason } = turn);
  }

  expect(asked).toEqual(words);
  expect(endReason).toBe('complete');
});

test('a word that brings nothing new page after page is still told from one that ends', async () => {
  let progress = Progress.parse({});
  let cursor: string | null = null;
  let endReason: string | null = null;
  let pages = 0;

  while (endReason === null) {
    const page: SearchPage = await searchLanes(['light'], cursor, async () => ({ hits, next: String(++pages) }));
    ({ progress, cursor, endReason } = afterPage(progress, {
      page,
      asked: cursor,
      fresh: 0,
      budget: 100,
      now: new Date(),
    }));
  }

  expect(endReason).toBe('stalled');
});

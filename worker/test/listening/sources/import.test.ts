import { expect, test } from 'bun:test';
import type { FoundPost } from '@nexus/shared/listening';
import { importFile } from '../../../src/listening/sources/import.ts';
import { searchAll, searchRequest, searchSourceContract, testSourceIo } from '../../contract/search-source.ts';
import { makeSourceWorld, type SourceFailure } from '../../loopback/source-world.ts';
import { importShape, tweetLine, uploadOf } from '../../loopback/upload.ts';

// A file does not slow down, refuse or break off; lines it cannot read are told by their number.
const never: SourceFailure[] = ['limit', 'down', 'cut', 'refuse', 'change', 'hang'];
const linesOf = (lines: readonly unknown[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
const ownLine = (post: FoundPost) => ({ ...post, postedAt: post.postedAt.toISOString() });

searchSourceContract(importFile, {
  shape: importShape,
  start: async ({ hits, quoted }) =>
    uploadOf(
      linesOf(hits.map((post) => tweetLine(post, post.quotedExternalId === quoted?.externalId ? quoted : null))),
    ),
  hasQuotes: true,
  never,
  knowsAuthors: false,
});

const worldOf = (hits: number) => makeSourceWorld(importShape, { hits, hasQuotes: false });
const ioOf = (content: string | Uint8Array) => testSourceIo(importFile, uploadOf(content, 7));

test('own lines come back as they were, with little more than what is needed or with all there is', async () => {
  const [post] = worldOf(1).hits;
  const short = {
    network: 'reddit',
    externalId: 't3_1',
    url: 'https://www.reddit.com/1',
    text: 'שלום 👩‍👩‍👧\n',
    author: { handle: '@vera' },
    postedAt: '2026-11-20T10:00:00+02:00',
  };

  const page = await importFile.search(searchRequest(), ioOf(linesOf([ownLine(post!), short])));

  expect(page.hits[0]).toEqual(post!);
  expect(page.hits[1]).toMatchObject({
    network: 'reddit',
    text: 'שלום 👩‍👩‍👧',
    author: { handle: 'vera', name: 'vera', externalId: 'vera' },
    postedAt: new Date('2026-11-20T08:00:00Z'),
    conversationExternalId: 't3_1',
  });
  expect(page).toMatchObject({ nextCursor: null, notes: [] });
});

test('numbers greater than JSON holds are read letter by letter', async () => {
  const [post] = worldOf(1).hits;

  const { hits } = await importFile.search(searchRequest(), ioOf(linesOf([tweetLine(post!)])));

  expect(hits[0]).toMatchObject({
    externalId: '1990000000000010000',
    conversationExternalId: '1990000000000010000',
    author: { isVerified: true },
    entities: { media: [{ kind: 'photo', url: 'https://pbs.example/2.jpg' }] },
  });
});

test('lines that are no posts are left out and named by their number', async () => {
  const [post] = worldOf(1).hits;
  const good = JSON.stringify(tweetLine(post!));
  const bad = ['{"half":', '[1]', '7', JSON.stringify({ ...tweetLine(post!), url: 'javascript:alert(1)' })];
  const content = `\u{FEFF}${good}\r\n\r\n${bad.join('\n')}\n${'x'.repeat(2_100_000)}\n${good}`;

  const page = await importFile.search(searchRequest(), testSourceIo(importFile, uploadOf(content)));

  expect(page.hits.length).toBe(2);
  expect(page.notes?.join(' ')).toMatch(
    /No posts, left out: line 3 \(no JSON\), line 4 \(no object\), line 5 \(no object\), line 6 \(url: .+\), line 7 \(too long\)\./,
  );
});

test('a file without a single post is refused with what is expected', async () => {
  const search = importFile.search(searchRequest(), ioOf('name,text\nvera,hello\n'));

  await expect(search).rejects.toMatchObject({
    code: 'upstream-refused',
    detail: expect.stringMatching(/None of the 2 lines is a post: line 1 \(no JSON\).*twscrape/),
  });
});

test('twenty thousand lines are read as a stream, each once, good and bad', async () => {
  const [post] = worldOf(1).hits;
  const lines = 20_000;
  const short = { ...ownLine(post!), entities: undefined, author: { handle: 'vera' } };
  const content = Array.from({ length: lines }, (_, n) =>
    n % 1000 === 999 ? 'broken' : JSON.stringify({ ...short, externalId: String(n) }),
  ).join('\n');
  const upload = uploadOf(content);

  const pages = await searchAll(importFile, testSourceIo(importFile, upload));

  expect(pages.length).toBe(lines / 500);
  expect(pages.reduce((sum, { hits }) => sum + hits.length, 0)).toBe(lines - 20);
  expect(pages.at(-1)?.notes).toEqual(['In all 20 of 20000 lines.']);
  // Each page opens the file anew where it stands: at most one piece is taken twice.
  expect(upload.taken()).toBeLessThan(Buffer.byteLength(content) + pages.length * 64 * 1024);
});

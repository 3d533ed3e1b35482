import { expect, test } from 'bun:test';
import type { Conversation, ConversationPost } from '@nexus/shared/listening';
import { conversationLines } from '../../src/lib/listening/conversations/conversation-tree.ts';
import type { NexusApp } from '../../src/lib/platform/app.svelte.ts';
import '../compile-runes.ts';

const { OpenConversation } = await import('../../src/lib/listening/conversations/open-conversation.svelte.ts');

const NONE = new Set<string>();

test('a conversation is drawn as a tree: each answer below what it answers, one step further in', () => {
  const posts = [entry('root'), entry('a', 'root'), entry('a1', 'a'), entry('b', 'root')];

  const lines = conversationLines(posts, NONE);

  expect(lines.map((line) => line.kind === 'post' && [line.id, line.depth, line.answers])).toEqual([
    ['root', 0, 3],
    ['a', 1, 1],
    ['a1', 2, 0],
    ['b', 1, 0],
  ]);
});

test('what is folded hides its answers and tells how many they are', () => {
  const posts = [entry('root'), entry('a', 'root'), entry('a1', 'a'), entry('a11', 'a1'), entry('b', 'root')];

  const lines = conversationLines(posts, new Set(['a']));

  expect(lines.map(({ id }) => id)).toEqual(['root', 'a', 'b']);
  expect(lines[1]).toMatchObject({ answers: 2, isCollapsed: true });
});

test('answers to posts that cannot be seen stand below a gap, and neighbours share one that tells how many are missing', () => {
  const posts = [
    entry('root'),
    entry('x', null, { replyTo: 'gone 1' }),
    entry('y', null, { replyTo: 'gone 2' }),
    entry('z', null, { replyTo: 'gone 3' }),
    entry('z2', null, { replyTo: 'gone 3' }),
    entry('y1', 'y'),
  ];

  const lines = conversationLines(posts, NONE);

  expect(lines.map((line) => (line.kind === 'gap' ? line.missing : `${line.id} ${line.depth}`))).toEqual([
    'root 0',
    2,
    'x 1',
    'y 1',
    'y1 2',
    1,
    'z 1',
    'z2 1',
  ]);
});

test('a chain of five thousand answers is drawn like any other', () => {
  const posts = Array.from({ length: 5000 }, (_, at) => entry(`p${at}`, at === 0 ? null : `p${at - 1}`));

  const lines = conversationLines(posts, NONE);

  expect(lines).toHaveLength(5000);
  expect(lines[0]).toMatchObject({ answers: 4999 });
  expect(lines.at(-1)).toMatchObject({ depth: 4999 });
});

test('a long conversation is drawn page by page, and goes on to a post that a link names', async () => {
  const all = Array.from({ length: 1000 }, (_, at) => entry(`p${at}`, at === 0 ? null : 'p0'));
  const { app, asked } = apiOf(all);
  const open = new OpenConversation(app, pageOf(all, 0));

  expect(open.lines).toHaveLength(200);
  expect([open.isGrowing('p0'), open.isGrowing('p1')]).toEqual([true, false]);
  await open.more();
  expect(open.lines).toHaveLength(400);
  expect(await open.reveal('p730')).toBe(true);

  expect(open.lines.some(({ id }) => id === 'p730')).toBe(true);
  expect(asked).toEqual(['200', '400', '600']);
  expect(await open.reveal('nobody')).toBe(false);
  expect(open.isGrowing('p0')).toBe(false);
});

test('a post inside of what is folded is unfolded when a link names it', async () => {
  const all = [entry('root'), entry('a', 'root'), entry('a1', 'a'), entry('b', 'root'), entry('b1', 'b')];
  const open = new OpenConversation(apiOf(all).app, pageOf(all, 0));
  open.collapseAll();
  expect(open.lines.map(({ id }) => id)).toEqual(['root', 'a', 'b']);

  await open.reveal('a1');

  expect(open.lines.map(({ id }) => id)).toEqual(['root', 'a', 'a1', 'b']);
});

const PAGE = 200;

function apiOf(all: readonly ConversationPost[]): { app: NexusApp; asked: string[] } {
  const asked: string[] = [];
  const get = async (path: string) => {
    const cursor = new URL(path, 'http://nexus').searchParams.get('cursor') ?? '0';
    asked.push(cursor);
    return pageOf(all, Number(cursor));
  };
  return { app: { api: { get } } as unknown as NexusApp, asked };
}

function pageOf(all: readonly ConversationPost[], from: number): Conversation {
  return {
    id: 'c',
    network: 'x',
    externalId: 'root',
    state: 'complete',
    problem: null,
    readAt: null,
    isRootMissing: false,
    postCount: all.length,
    posts: all.slice(from, from + PAGE),
    nextCursor: from + PAGE < all.length ? String(from + PAGE) : null,
  };
}

function entry(id: string, parentId: string | null = null, { replyTo }: { replyTo?: string } = {}): ConversationPost {
  return {
    post: {
      id,
      network: 'x',
      externalId: id,
      url: `https://x.example/${id}`,
      text: id,
      language: null,
      author: null,
      conversationId: 'c',
      replyToExternalId: replyTo ?? parentId,
      quotedExternalId: null,
      engagement: { likes: null, replies: null, reposts: null, quotes: null, views: null },
      entities: { hashtags: [], mentions: [], links: [], media: [] },
      postedAt: '2026-11-01T09:00:00.000Z',
      editedAt: null,
      deletedAt: null,
      seenAt: '2026-11-01T09:00:00.000Z',
    },
    parentId,
    depth: 0,
    quoted: null,
    isAfterGap: replyTo !== undefined,
    isMatch: false,
    isOurs: false,
  };
}

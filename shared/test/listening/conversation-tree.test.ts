import { expect, test } from 'bun:test';
import { conversationTree } from '@nexus/shared/listening';

const post = (externalId: string, replyTo: string | null, minute: number) => ({
  id: `id-${externalId}`,
  externalId,
  replyToExternalId: replyTo,
  postedAt: new Date(Date.UTC(2026, 10, 20, 0, minute)),
});
const shown = (posts: ReturnType<typeof post>[], root = 'a') =>
  conversationTree(posts, root).map(
    ({ id, depth, isAfterGap }) => `${'·'.repeat(depth)}${id.slice(3)}${isAfterGap ? '?' : ''}`,
  );

test('each answer stands right below what it answers, those of one post by their time', () => {
  const posts = [post('d', 'a', 9), post('c', 'b', 3), post('a', null, 0), post('b', 'a', 2), post('e', 'c', 1)];

  expect(shown(posts)).toEqual(['a', '·b', '··c', '···e', '·d']);
});

test('answers to posts that cannot be seen stand below a gap, with what was answered to them', () => {
  const posts = [post('a', null, 0), post('c', 'gone', 3), post('d', 'c', 4), post('b', 'a', 5)];

  expect(shown(posts)).toEqual(['a', '·b', '·c?', '··d']);
});

test('a conversation whose first post is missing is all there below gaps', () => {
  expect(shown([post('b', 'a', 1), post('c', 'b', 2)])).toEqual(['·b?', '··c']);
});

test('a chain of 5,000 answers is in order, and answers in a circle are there once', () => {
  const chain = Array.from({ length: 5000 }, (_, n) => post(`${n}`, n === 0 ? null : `${n - 1}`, n));
  const circle = [post('a', null, 0), post('x', 'y', 1), post('y', 'x', 2)];

  const places = conversationTree(chain, '0');

  expect(places).toHaveLength(5000);
  expect(places.at(-1)).toMatchObject({ id: 'id-4999', depth: 4999, parentId: 'id-4998' });
  expect(shown(circle)).toEqual(['a', '·x?', '··y']);
});

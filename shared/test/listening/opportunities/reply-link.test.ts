import { expect, test } from 'bun:test';
import { replyLength, replyLink } from '@nexus/shared/listening';

test('the link to X answers the post and carries the text, whatever it holds', () => {
  const post = { network: 'x', externalId: '123', url: 'https://x.com/i/status/123' } as const;

  const link = new URL(replyLink(post, 'Да & 100% 🙂 #x\n‏שלום'));

  expect(link.origin + link.pathname).toBe('https://x.com/intent/tweet');
  expect(link.searchParams.get('in_reply_to')).toBe('123');
  expect(link.searchParams.get('text')).toBe('Да & 100% 🙂 #x\n‏שלום');
});

test('elsewhere the reply is written at the post itself', () => {
  const url = 'https://bsky.app/profile/a/post/1';

  expect(replyLink({ network: 'bluesky', externalId: 'at://a/1', url }, 'Hello')).toBe(url);
});

test.each([
  ['plain words', 'hello', 5, 5],
  ['Cyrillic', 'привет', 6, 6],
  ['Chinese counts twice on X', '你好', 4, 2],
  ['an emoji of many parts is two on X', '👩‍👩‍👧‍👦', 2, 1],
  ['a flag', '🇩🇪', 2, 1],
  ['a copyright sign', '©', 1, 1],
  ['an address is 23 characters on X', 'see https://example.org/a/very/long/path?with=much', 27, 50],
])('length of %s', (_name, text, onX, onBluesky) => {
  expect(replyLength('x', text)).toBe(onX);
  expect(replyLength('bluesky', text)).toBe(onBluesky);
});

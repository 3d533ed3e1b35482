import { expect, test } from 'bun:test';
import { API_KEY_PATTERN, makeApiKey, makeInvitationToken, InvitationToken, sha256 } from '@nexus/shared/platform';

test('keys have 40 digits of base62, all different, all digits alike often', () => {
  const keys = Array.from({ length: 500 }, () => makeApiKey());

  expect(new Set(keys.map(({ key }) => key)).size).toBe(500);
  for (const { key, prefix } of keys) {
    expect(key).toMatch(API_KEY_PATTERN);
    expect(key).toStartWith(prefix);
    expect(prefix).toHaveLength(9);
  }
  const counts = Map.groupBy(
    keys.flatMap(({ key }) => key.slice(3).split('')),
    (digit) => digit,
  );
  expect(counts.size).toBe(62);
  // 20,000 digits, 323 of each: nine standard deviations either way.
  for (const [, found] of counts) expect(Math.abs(found.length - 20_000 / 62)).toBeLessThan(160);
});

test('an invitation token is 32 bytes that a URL can bear', () => {
  const token = makeInvitationToken();

  expect(InvitationToken.parse(token)).toBe(token);
  expect(encodeURIComponent(token)).toBe(token);
});

test('SHA-256 is that of FIPS 180-2', async () => {
  expect(await sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

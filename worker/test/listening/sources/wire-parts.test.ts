import { expect, test } from 'bun:test';
import { Moment, parseJson } from '../../../src/listening/sources/wire-parts.ts';

test('escapes that cannot be stored are taken out, all others stay', () => {
  const body = '["\\ud83d\\ude00", "\\ud83d", "\\ude00x", "a\\u0000b", "\\\\ud83d", "\\\\\\ud83d\\n", "\\u00fc"]';

  expect(parseJson(body)).toEqual(['😀', '\ufffd', '\ufffdx', 'ab', '\\ud83d', '\\\ufffd\n', 'ü']);
});

test('what is no JSON is undefined, and depth ends nobody', () => {
  const depth = 200_000;

  expect(parseJson('<html>')).toBeUndefined();
  expect(parseJson('')).toBeUndefined();
  expect(parseJson(`${'['.repeat(depth)}"\\ud83d"${']'.repeat(depth)}`)).toBeArray();
});

test('dates are read as networks write them, broken ones are none', () => {
  expect(Moment.parse('2026-11-20 10:00:00+02:00')).toEqual(new Date('2026-11-20T08:00:00Z'));
  expect(Moment.parse('2026-11-20T10:00:00.123Z')).toEqual(new Date('2026-11-20T10:00:00.123Z'));
  for (const broken of ['', 'yesterday', '0001-01-01T00:00:00Z', '2026-99-99']) {
    expect(Moment.safeParse(broken).success).toBe(false);
  }
});

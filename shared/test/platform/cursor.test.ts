import { expect, test } from 'bun:test';
import { decodeCursor, encodeCursor, pageOf } from '@nexus/shared/platform';
import { z } from 'zod';

const Position = z.tuple([z.string(), z.number()]);

test('a cursor carries its position through a URL', () => {
  const cursor = encodeCursor(['Ünïcode/+?', 7]);

  expect(encodeURIComponent(cursor)).toBe(cursor);
  expect(decodeCursor(cursor, Position)).toEqual(['Ünïcode/+?', 7]);
});

test.each(['', '!', 'e30', encodeCursor([7, 'x']), encodeCursor([])])('"%s" is not a cursor of this list', (cursor) => {
  expect(() => decodeCursor(cursor, Position)).toThrow(
    expect.objectContaining({ code: 'invalid-input', fields: { cursor: [expect.any(String)] } }),
  );
});

test('one row more than asked for means that there is a next page', () => {
  const rows = ['a', 'b', 'c'];

  const page = pageOf(rows, 2, (row) => [row]);
  const last = pageOf(rows, 3, (row) => [row]);

  expect(page).toEqual({ rows: ['a', 'b'], nextCursor: encodeCursor(['b']) });
  expect(last).toEqual({ rows, nextCursor: null });
});

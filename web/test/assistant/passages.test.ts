import { expect, test } from 'bun:test';
import { excerpt, groupPassages, linkOf } from '../../src/lib/assistant/group-passages.ts';

const shown = (passage: Parameters<typeof excerpt>[0]) =>
  excerpt(passage)
    .map(({ text, isMatch }) => (isMatch ? `[${text}]` : text))
    .join('');

test('a short passage is shown whole with its words marked', () => {
  const text = 'The lighthouse needs a lamp.';

  expect(shown({ text, marks: [{ start: 4, end: 14 }] })).toBe('The [lighthouse] needs a lamp.');
  expect(shown({ text, marks: [] })).toBe(text);
});

test('a long passage is cut at spaces around its first marked word', () => {
  const text = `${'before '.repeat(100)}needle ${'after '.repeat(100)}`;
  const start = text.indexOf('needle');

  const result = shown({ text, marks: [{ start, end: start + 6 }] });

  expect(result).toStartWith('… before ');
  expect(result).toContain('before [needle] after');
  expect(result).toEndWith('after …');
  expect(result.length).toBeLessThan(440);
});

test('passages gather under their item in the order of the best', () => {
  const passage = (id: string, itemId: string) => ({
    id,
    itemId,
    title: itemId,
    kind: 'audio' as const,
    heading: null,
    text: '',
    marks: [],
    startSeconds: 1,
    endSeconds: 2,
    paragraph: null,
    speaker: null,
    score: 1,
  });

  const groups = groupPassages([passage('1', 'b'), passage('2', 'a'), passage('3', 'b')]);

  expect(groups.map(({ itemId, passages }) => [itemId, passages.map(({ id }) => id)])).toEqual([
    ['b', ['1', '3']],
    ['a', ['2']],
  ]);
});

test('a passage opens at its second or its paragraph, the first of each included', () => {
  expect(linkOf({ itemId: 'i', startSeconds: 0, paragraph: null })).toBe('/archive/i?t=0');
  expect(linkOf({ itemId: 'i', startSeconds: 61.27, paragraph: null })).toBe('/archive/i?t=61.27');
  expect(linkOf({ itemId: 'i', startSeconds: null, paragraph: 0 })).toBe('/archive/i?p=0');
});

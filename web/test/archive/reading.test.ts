import { expect, test } from 'bun:test';
import { findIn, linePieces } from '../../src/lib/archive/reading/line-pieces.ts';
import '../compile-runes.ts';

const { MarkedLines } = await import('../../src/lib/archive/reading/line-marks.svelte.ts');

const word = (text: string) => ({ text, startSeconds: 0, endSeconds: 1 });

test('a line is cut at its words and its matches, and nothing of it is lost', () => {
  const line = 'Nexus keeps, you know, what is said.';
  const words = line.split(' ').map(word);

  const pieces = linePieces(line, words, findIn(line, 'eeps, y'));

  expect(pieces.map(({ text }) => text).join('')).toBe(line);
  expect(pieces.filter(({ isMatch }) => isMatch).map(({ text }) => text)).toEqual(['eeps,', ' ', 'y']);
  expect(pieces.find(({ text }) => text === 'said.')?.word).toBe(6);
  expect(pieces.filter(({ text }) => text === ' ').every((piece) => piece.word === -1)).toBe(true);
});

test('words that are not in the line are passed over', () => {
  const pieces = linePieces('one two', [word('zero'), word(' one '), word('two')], []);

  expect(pieces.map(({ text, word: at }) => [text, at])).toEqual([
    ['one', 1],
    [' ', -1],
    ['two', 2],
  ]);
});

test('words are found whatever their case, also beside letters that change their length with it', () => {
  expect(findIn('Bees and BEES', 'bees')).toEqual([
    { from: 0, to: 4 },
    { from: 9, to: 13 },
  ]);
  expect(findIn('İstanbul bees', 'bees')).toEqual([{ from: 9, to: 13 }]);
  expect(findIn('anything', '')).toEqual([]);
});

test('the line being said is marked in its own group alone', () => {
  const lines = new MarkedLines(50);
  const [first, second] = [lines.of(0), lines.of(1)];

  lines.move('current', 49);
  lines.say(49, 3);
  expect([first.current, first.word, second.current]).toEqual([49, 3, -1]);

  lines.move('current', 50);
  expect([first.current, second.current]).toEqual([-1, 50]);

  lines.move('current', -1);
  expect([first.current, second.current]).toEqual([-1, -1]);
});

import { describe, expect, test } from 'bun:test';
import { type AnswerPiece, answerReader } from '../../../src/assistant/chat/answer-reader.ts';

/** The whole answer, given in pieces of so many characters. */
function readIn(size: number, answer: string): AnswerPiece[] {
  const reader = answerReader();
  const pieces: AnswerPiece[] = [];
  for (let at = 0; at < answer.length; at += size) pieces.push(...reader.push(answer.slice(at, at + size)));
  return joined([...pieces, ...reader.end()]);
}

function joined(pieces: readonly AnswerPiece[]): AnswerPiece[] {
  const found: AnswerPiece[] = [];
  for (const piece of pieces) {
    const last = found.at(-1);
    if (piece.type === 'text' && last?.type === 'text')
      found[found.length - 1] = { type: 'text', text: last.text + piece.text };
    else found.push(piece);
  }
  return found;
}

const text = (words: string) => ({ type: 'text' as const, text: words });
const pointer = (n: number, quote: string | null = null) => ({ type: 'pointers' as const, pointers: [{ n, quote }] });

const CASES: [string, string, AnswerPiece[]][] = [
  ['a plain number', 'Whales sing [1].', [text('Whales sing '), pointer(1), text('.')]],
  [
    'a number with words',
    'Deep [2 "below twenty hertz"].',
    [text('Deep '), pointer(2, 'below twenty hertz'), text('.')],
  ],
  [
    'typographic quotation marks',
    'Да [3 «ниже двадцати»] и [4 “so”]',
    [text('Да '), pointer(3, 'ниже двадцати'), text(' и '), pointer(4, 'so')],
  ],
  [
    'quotation marks within',
    'x [1 "he said "no" twice"] y',
    [text('x '), pointer(1, 'he said "no" twice'), text(' y')],
  ],
  ['a bracket within', 'x [1 "the [sic] word"] y', [text('x '), pointer(1, 'the [sic] word'), text(' y')]],
  [
    'several',
    'x [1, 2 "b b b"; 3]',
    [
      text('x '),
      {
        type: 'pointers',
        pointers: [
          { n: 1, quote: null },
          { n: 2, quote: 'b b b' },
          { n: 3, quote: null },
        ],
      },
    ],
  ],
  ['a colon between', 'x [1: "word for word"]', [text('x '), pointer(1, 'word for word')]],
  ['brackets that are none', 'In [1990s] or [12 apples] or [sic]', [text('In [1990s] or [12 apples] or [sic]')]],
  ['a citation that is never closed', 'Yes [1 "the sea', [text('Yes ')]],
  ['a bracket at the end', 'Yes [', [text('Yes [')]],
  ['an image', '![a](http://evil.example/x)', [text('![a] (http://evil.example/x)')]],
  ['a link', '[click](http://evil.example)', [text('[click] (http://evil.example)')]],
  ['a definition', '[1990s]: http://evil.example', [text('[1990s] : http://evil.example')]],
  ['HTML', 'a <img src=x> < b </p> <!-- c -->', [text('a ‹img src=x> < b ‹/p> ‹!-- c -->')]],
];

describe.each([1, 3, 1000])('in pieces of %d characters', (size) => {
  test.each(CASES)('%s', (_, answer, expected) => {
    expect(readIn(size, answer)).toEqual(expected);
  });
});

test('text is not held back where no citation can be', () => {
  const reader = answerReader();

  expect(reader.push('Whales sing [s')).toEqual([text('Whales sing [s')]);
  expect(reader.push('ic] and [2 "be')).toEqual([text('ic] and ')]);
});

test('a bracket that is never closed is shown before long', () => {
  const reader = answerReader();

  const shown = joined(reader.push(`[1 "${'word '.repeat(400)}`));

  expect(shown).toHaveLength(1);
  expect(shown[0]).toMatchObject({ type: 'text' });
});

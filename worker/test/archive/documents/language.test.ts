import { expect, test } from 'bun:test';
import { detectLanguage } from '../../../src/archive/documents/language.ts';

const TEXTS: [language: string, text: string][] = [
  ['ru', 'Сегодня мы поговорим о том, как устроено море и почему приливы приходят дважды в день.'],
  ['en', 'Today we talk about how the sea works and why the tides come twice a day in most places.'],
  ['uk', 'Сьогодні ми поговоримо про те, як влаштоване море і чому припливи приходять двічі на день.'],
  ['de', 'Heute sprechen wir darüber, wie das Meer funktioniert und warum die Gezeiten zweimal am Tag kommen.'],
  ['es', 'Hoy hablamos de cómo funciona el mar y por qué las mareas llegan dos veces al día a la costa.'],
  ['zh', '今天我们来谈谈海洋是如何运作的，以及为什么潮汐每天来两次。这是一个很有意思的问题。'],
  ['ja', '今日は海がどのように機能し、なぜ潮が一日に二回来るのかについて話します。'],
  ['ar', 'نتحدث اليوم عن كيفية عمل البحر ولماذا يأتي المد والجزر مرتين في اليوم في معظم الأماكن'],
];

test.each(TEXTS)('%s is told by a sentence: %s', (language, text) => {
  expect(detectLanguage(text)).toBe(language);
});

test('a longer text is judged by all of its parts', () => {
  const [, russian = ''] = TEXTS[0] ?? [];
  const [, english = ''] = TEXTS[1] ?? [];

  expect(detectLanguage(`${english} ${`${russian} `.repeat(40)}`)).toBe('ru');
});

test('the same Russian sentence over and over stays Russian', () => {
  expect(detectLanguage('Сегодня мы поговорим о том, как устроено море. '.repeat(400))).toBe('ru');
});

test('a line of a million letters is judged without searching for long', () => {
  expect(detectLanguage('a'.repeat(1e6))).not.toBe('en');
});

test.each([
  ['nothing', ''],
  ['a greeting', 'Hello there, how are you?'],
  ['numbers', '1234 5678 90.12 3,400 12:30:00 2026-11-20 42 % '.repeat(20)],
  ['addresses', 'https://example.com/one/two mail@example.com '.repeat(20)],
  [
    'a line of code',
    'const x = await fetch(url); if (!x.ok) throw new Error(x.status); return x.json(); for (let i = 0; i < n; i++)',
  ],
])('%s leaves the language open', (_name, text) => {
  expect(detectLanguage(text)).toBeNull();
});

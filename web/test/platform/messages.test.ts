import { expect, test } from 'bun:test';
import english from '../../messages/en.json';
import russian from '../../messages/ru.json';
import { argumentsOf, pluralsOf } from './messages-of.ts';

const englishMessages: Record<string, string> = english;
const russianMessages: Record<string, string> = russian;

test('both languages have the same messages', () => {
  expect(Object.keys(russianMessages).sort()).toEqual(Object.keys(englishMessages).sort());
});

test('a message takes the same arguments in both languages', () => {
  for (const [key, message] of Object.entries(englishMessages)) {
    expect([key, ...argumentsOf(russianMessages[key] ?? '')]).toEqual([key, ...argumentsOf(message)]);
  }
});

test('a Russian plural that tells one from other also tells few and many, unless all the rest is one wording', () => {
  for (const [key, message] of Object.entries(russianMessages)) {
    for (const categories of pluralsOf(message)) {
      // A number of its own, such as none, leaves the others as they are.
      const named = categories.filter((category) => !category.startsWith('=')).join();
      expect([key, named === 'other' || named === 'one,few,many,other']).toEqual([key, true]);
    }
  }
});

test('no message shouts', () => {
  const shouting = [...Object.values(englishMessages), ...Object.values(russianMessages)].filter((message) =>
    message.includes('!'),
  );

  expect(shouting).toEqual([]);
});

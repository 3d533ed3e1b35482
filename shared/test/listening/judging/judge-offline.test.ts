import { describe, expect, test } from 'bun:test';
import { judgeOffline } from '@nexus/shared/listening';
import { coffeeTask, postOf } from './judging-task.ts';

const judge = (text: string, more: Parameters<typeof coffeeTask>[0] = {}) =>
  judgeOffline(coffeeTask(more), postOf(text));

describe('intents', () => {
  test.each([
    ['Can anyone recommend an espresso machine?', 'buying-signal'],
    ['Посоветуйте кофемашину в офис', 'buying-signal'],
    ['Wo kann ich eine Espressomaschine kaufen?', 'buying-signal'],
    ['My espresso machine does not work anymore', 'complaint'],
    ['Кофемашина не работает, срочно нужна помощь', 'complaint'],
    ['Worst espresso ever, never again 😡', 'complaint'],
    ['Brewly vs Acme: espresso', 'comparison'],
    ['Эта лучше чем Acme', 'comparison'],
    ['How do I clean the group head', 'question'],
    ['هل هذه الآلة جيدة؟', 'question'],
    ['I love this espresso, thank you!', 'praise'],
    ['Отличный кофе, спасибо', 'praise'],
    ['Acme announces a new espresso machine', 'news'],
    ['Giveaway! RETWEET TO WIN an espresso machine', 'noise'],
  ])('%s: %s', (text, intent) => {
    expect(judge(text).intent).toBe(intent as never);
  });
});

test('it names itself and the words it rests on, and suggests nothing', () => {
  const judgement = judge('Can anyone recommend an ESPRESSO machine for our office?');

  expect(judgement).toMatchObject({ judgedBy: 'offline', depth: 'scored', replies: [], insight: null });
  expect(judgement.evidence).toContain('ESPRESSO');
  expect(judgement.evidence).toContain('Can anyone recommend');
  expect(judgement.reason).toMatch(
    /^Judged by words, without a model: says “espresso”; sounds like somebody who wants to buy/,
  );
  expect(judgement.reason).toContain('“office”');
});

test('its reason is in Russian where the campaign is described in it', () => {
  const brief = { ...coffeeTask().brief, about: 'Продаём кофемашины', seeks: 'кто ищет машину для офиса' };

  const { reason } = judge('Ищу кофе машину для офиса', { brief });

  expect(reason).toMatch(/^Оценено по словам, без модели: есть слова “кофе”; похоже, человек хочет купить \(“ищу”\)/);
});

test('what is looked for comes before what merely has its word', () => {
  const wanted = judge('Looking for an espresso machine for the office').relevance;
  const unhappy = judge('The espresso machine is broken again').relevance;
  const passing = judge('espresso time').relevance;
  const noise = judge('We’re hiring! espresso bar').relevance;

  expect(wanted).toBeGreaterThanOrEqual(60);
  expect(unhappy).toBeGreaterThan(passing);
  expect(passing).toBeLessThan(45);
  expect(noise).toBeLessThan(40);
});

test('sentiment knows negations, degrees, emoji and Russian', () => {
  const of = (text: string) => judge(text).sentiment;

  expect(of('great')).toBeGreaterThan(0.3);
  expect(of('not great')).toBeLessThan(0);
  expect(of('really great')).toBeGreaterThan(of('great'));
  expect(of('☕ 😡😡')).toBeLessThan(-0.5);
  expect(of('Ужасный сервис, разочарованы')).toBeLessThan(-0.5);
  expect(of('Очень вкусно, рекомендую')).toBeGreaterThan(0.5);
  expect(of('The table is brown')).toBe(0);
  expect(of('great '.repeat(500))).toBeLessThanOrEqual(1);
});

test('times that are named become deadlines, counted from when the post was written', () => {
  const until = (text: string) => judge(text).deadline?.toISOString().slice(0, 16) ?? null;

  // The 21st of November 2026 is a Saturday.
  expect(until('need it today')).toBe('2026-11-21T23:59');
  expect(until('нужно до завтра')).toBe('2026-11-22T23:59');
  expect(until('by Friday please')).toBe('2026-11-27T23:59');
  expect(until('до 25 ноября')).toBe('2026-11-25T23:59');
  expect(until('before Jan 5th')).toBe('2027-01-05T23:59');
  expect(until('within 3 hours')).toBe('2026-11-21T13:00');
  expect(until('on 2026-12-01')).toBe('2026-12-01T23:59');
  expect(until('on 2026-11-01')).toBeNull();
  expect(until('someday')).toBeNull();
  expect(judge('URGENT espresso machine').urgency).toBeGreaterThanOrEqual(90);
  expect(judge('espresso by tomorrow').urgency).toBeGreaterThan(judge('espresso').urgency);
});

test('likeness to a post with a thumb moves the score, and is named', () => {
  const text = 'espresso martini night at our bar';
  const like = { text: 'espresso martini recipe for the bar', note: null };

  const before = judge(text).relevance;
  const down = judge(text, { examples: [{ ...like, thumb: -1 }] });
  const up = judge(text, { examples: [{ ...like, thumb: 1 }] });

  expect(down.relevance).toBeLessThan(before);
  expect(up.relevance).toBeGreaterThan(before);
  expect(down.reason).toContain('is like a post rated down:');
});

test('compared names are read from words, tags and mentions', () => {
  const names = judgeOffline(
    coffeeTask(),
    postOf('Better than acme-coffee? 我喜欢咖啡王的味道', { hashtags: ['AcmeCoffee'], mentions: ['brewly'] }),
  ).names;

  expect(names).toEqual(['Brewly', 'Acme Coffee', '咖啡王']);
  expect(judge('Brewlyish').names).toEqual([]);
});

test('nothing a stranger writes takes it out of its ranges', () => {
  const texts = [
    '',
    '?'.repeat(50_000),
    '😡'.repeat(5_000),
    'a'.repeat(100_000),
    'в '.repeat(50_000),
    '\uD83D',
    'espresso '.repeat(9_000),
  ];

  for (const text of texts) {
    const { relevance, sentiment, urgency, evidence } = judge(text);
    expect(relevance >= 0 && relevance <= 100 && urgency >= 0 && urgency <= 100).toBe(true);
    expect(Math.abs(sentiment)).toBeLessThanOrEqual(1);
    for (const words of evidence) expect(text).toContain(words);
  }
});

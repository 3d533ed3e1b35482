import { describe, expect, test } from 'bun:test';
import { NexusError } from '@nexus/shared/platform';
import { applyRules, CampaignQuery, checkPatterns, matchedWords, type RuledPost } from '@nexus/shared/listening';

const query = (parts: Partial<CampaignQuery>): CampaignQuery => CampaignQuery.parse(parts);
const post = (text: string, parts: Partial<RuledPost> = {}): RuledPost => ({
  text,
  authorHandle: 'somebody',
  language: null,
  engagement: { likes: 0, replies: 0, reposts: 0 },
  hashtags: [],
  mentions: [],
  ...parts,
});
const ruleOf = (parts: Partial<CampaignQuery>, text: string, more: Partial<RuledPost> = {}) =>
  applyRules(query(parts), post(text, more))?.rule ?? null;

describe('words are found', () => {
  test.each([
    ['coffee', 'COFFEE, please', true],
    ['coffee', 'coffeehouse', false],
    ['café', 'The CAFE’s door', true],
    ['cafe', 'Das Café öffnet', true],
    ['straße', 'STRASSE gesperrt', true],
    ['ёлка', 'Купили елку', true],
    ['поставка', 'Ждём поставки', true],
    ['espresso machine', 'the machine makes no espresso', true],
    ['espresso machine', 'the espresso is cold', false],
    ['咖啡', '我喜欢喝咖啡店的东西', true],
    ['カフェ', '近所のカフェで', true],
    ['カ', 'ガラス', false],
    ['กาแฟ', 'ร้านกาแฟใหม่', true],
    ['커피', '커피를 마셨다', true],
    ['커피', '냉커피', false],
    ['قهوة', 'أحب القهوة كثيرا', true],
    ['قهوه', 'قَهْوَة', true],
    ['קפה', 'בקפה הזה', true],
    ['קפה', 'הקפהאון', false],
    ['Nexus', '使用Nexus很好', true],
    ['C++', 'I love C++!', true],
    ['C++', 'I love C', false],
    ['.NET', 'Moving to .NET 10', true],
    ['☕', 'Monday ☕️☕️', true],
    ['👍', 'ok 👍🏽', true],
    ['की', 'का', false],
    ['don’t', "I don't know", true],
    ['GPT-4', 'GPT-4o is out', false],
  ])('%s in “%s”: %p', (keyword, text, isFound) => {
    expect(ruleOf({ keywords: [keyword] }, text)).toBe(isFound ? null : 'no-match');
  });

  test('a phrase is held word for word, whatever stands between its words', () => {
    expect(ruleOf({ phrases: ['cold brew'] }, 'Cold, brew!')).toBeNull();
    expect(ruleOf({ phrases: ['cold brew'] }, 'cold\n\n  brew')).toBeNull();
    expect(ruleOf({ phrases: ['cold brew'] }, 'cold home brew')).toBe('no-match');
    expect(ruleOf({ phrases: ['冷萃 咖啡'] }, '冷萃咖啡')).toBeNull();
    expect(ruleOf({ phrases: ['moving to .NET'] }, 'We are moving to .NET')).toBeNull();
  });

  test('hashtags and mentions are exact, from the text or from what the network says', () => {
    const wanted = query({ hashtags: ['#Coffee'], mentions: ['nexus'], follow: ['@Barista'] });

    expect(matchedWords(wanted, post('Morning #coffee'))).toEqual(['#Coffee']);
    expect(matchedWords(wanted, post('Morning #coffeelovers'))).toEqual([]);
    expect(matchedWords(wanted, post('Morning', { hashtags: ['COFFEE'] }))).toEqual(['#Coffee']);
    expect(matchedWords(wanted, post('hey @Nexus!'))).toEqual(['@nexus']);
    expect(matchedWords(wanted, post('hey @nexus_app'))).toEqual([]);
    expect(matchedWords(wanted, post('hey', { mentions: ['nexus@mastodon.example'] }))).toEqual(['@nexus']);
    expect(matchedWords(wanted, post('hey', { authorHandle: 'barista' }))).toEqual(['@Barista']);
  });

  test('a shortened link is looked into', () => {
    expect(ruleOf({ keywords: ['nexus.example'] }, 'see t.co/x', { links: ['https://nexus.example/a'] })).toBeNull();
  });

  test('a query that names nothing keeps everything', () => {
    expect(ruleOf({ languages: ['en'] }, 'anything at all')).toBeNull();
  });
});

describe('posts are put aside', () => {
  test('of authors that are muted or our own', () => {
    expect(applyRules(query({ mute: ['@Troll'] }), post('hi', { authorHandle: 'troll' }))).toEqual({
      rule: 'muted-author',
      words: ['@troll'],
    });
    expect(applyRules(query({}), post('hi'), { ownHandles: ['Somebody'] })?.rule).toBe('own');
  });

  test('with an excluded word, as a whole word and exactly', () => {
    expect(applyRules(query({ exclude: ['free'] }), post('FREE coffee'))).toEqual({
      rule: 'excluded-word',
      words: ['free'],
    });
    expect(ruleOf({ exclude: ['free'] }, 'freedom')).toBeNull();
    expect(ruleOf({ exclude: ['#ad'] }, 'Great coffee', { hashtags: ['Ad'] })).toBe('excluded-word');
    expect(ruleOf({ exclude: ['招聘'] }, '咖啡店招聘店员')).toBe('excluded-word');
  });

  test('with what a pattern matches', () => {
    expect(applyRules(query({ excludePatterns: ['скид(ка|ки)'] }), post('Большие СКИДКИ'))).toEqual({
      rule: 'excluded-pattern',
      words: ['СКИДКИ'],
    });
  });

  test('in other languages, by what the network says and else by the letters', () => {
    expect(ruleOf({ languages: ['en'] }, 'hi', { language: 'de' })).toBe('language');
    expect(ruleOf({ languages: ['pt'] }, 'oi', { language: 'pt-BR' })).toBeNull();
    expect(ruleOf({ languages: ['he'] }, 'שלום', { language: 'iw' })).toBeNull();
    expect(ruleOf({ languages: ['en'] }, 'hi', { language: 'und' })).toBeNull();
    expect(ruleOf({ languages: ['en'] }, 'Сегодня открыли новую кофейню в центре')).toBe('language');
    expect(ruleOf({ languages: ['ru'] }, 'Сегодня открыли Starbucks Reserve Coffee')).toBeNull();
    expect(ruleOf({ languages: ['ja'] }, '今日は新しいカフェでコーヒーを飲みました')).toBeNull();
  });

  test('with too little engagement, unless the network does not count it', () => {
    const engagement = { likes: 3, replies: null, reposts: 9 };

    expect(applyRules(query({ minLikes: 10, minReplies: 5 }), post('hi there', { engagement }))).toEqual({
      rule: 'engagement',
      words: ['likes: 3 of 10'],
    });
    expect(ruleOf({ minReplies: 5, minReposts: 9 }, 'hi there', { engagement })).toBeNull();
  });

  test('that repeat another, unless they are wanted', () => {
    expect(ruleOf({}, 'RT @nexus: coffee')).toBe('repost');
    expect(ruleOf({}, 'coffee', { isRepost: true })).toBe('repost');
    expect(ruleOf({ withReposts: true }, 'coffee', { isRepost: true })).toBeNull();
  });

  test('that say nothing, and nobody’s handwriting', () => {
    expect(ruleOf({}, 'https://example.org/a #coffee')).toBe('link-only');
    expect(ruleOf({}, '@nexus …')).toBe('too-short');
    expect(ruleOf({}, '@nexus 😡')).toBeNull();
    expect(ruleOf({}, '@nexus ?')).toBeNull();
    expect(ruleOf({}, `win ${'#gift '.repeat(14)}`)).toBe('spam');
    expect(ruleOf({}, 'buy '.repeat(20))).toBe('spam');
  });
});

describe('patterns', () => {
  test('that explode elsewhere take no time that grows with their choices', () => {
    for (const pattern of ['(a+)+$', '(a|aa)*c', '([a-z]+)*\\d', '(.*a){12}b'])
      expect(ruleOf({ excludePatterns: [pattern] }, 'a'.repeat(30_000))).not.toBe('no-match');
  });

  test('that cannot be used are refused by name', () => {
    const refused = (patterns: string[]) => {
      try {
        checkPatterns(patterns);
      } catch (error) {
        if (error instanceof NexusError) return Object.keys(error.fields ?? {});
        throw error;
      }
      return [];
    };

    expect(refused(['fine', '['])).toEqual(['query.excludePatterns.1']);
    expect(refused(['(?=a)b', '(a)\\1', '((a{30}){30}){30}', 'x{1001}', '(a{100}){9}(b{100}){9}'])).toHaveLength(5);
    expect(refused(['.*'])).toHaveLength(1);
    expect(refused(['\\bслово'])).toHaveLength(1);
    expect(refused(['скид(ка|ки)', '\\bfree\\b'])).toEqual([]);
  });
});

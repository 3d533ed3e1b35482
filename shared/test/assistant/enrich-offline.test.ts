import { expect, test } from 'bun:test';
import { enrichOffline } from '../../src/assistant/enrich-offline.ts';

/** Cues of six words, as captions come. */
function cues(text: string) {
  const all = text.split(' ');
  return Array.from({ length: Math.ceil(all.length / 6) }, (_, index) => ({
    text: all.slice(index * 6, index * 6 + 6).join(' '),
  }));
}

const beekeeping =
  'Hello everybody, and thanks for coming today. So, um, how are you? ' +
  'Bee colonies need enough winter food, and in October we weigh every hive. ' +
  'A hive that weighs less than thirty kilograms gets sugar syrup, because bee colonies starve in March and not in December. ' +
  'The varroa mite weakens bee colonies more than the cold does. ' +
  'We treat the varroa mite with oxalic acid when the colony has no brood. ' +
  'Oxalic acid against the varroa mite works only without brood. ' +
  'My neighbour has a red car. ' +
  'So weigh the hive, feed sugar syrup, and treat the varroa mite before winter. Thank you, goodbye.';

const russian =
  'Сегодня мы говорим о поиске по архиву записей. Поиск по архиву должен находить нужное место за секунды. ' +
  'Мы измерили, как работает поиск без ключей, и оказалось, что классические методы дают хороший результат. ' +
  'Векторный поиск помогает, когда слова в вопросе и в записи не совпадают. Ну, короче, давайте посмотрим на цифры. ' +
  'Классические методы ответили на вопросы за пять миллисекунд.';

test('a summary is made of the text’s own central sentences, in their order', async () => {
  const { summary, isOffline, model, usage } = await enrichOffline.enrich({
    kind: 'recording',
    segments: cues(beekeeping),
  });

  const picked = summary.match(/[^.?]+[.?]/g)!.map((sentence) => sentence.trim());
  const places = picked.map((sentence) => beekeeping.indexOf(sentence));
  expect(places.every((place) => place >= 0)).toBe(true);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(summary).toContain('varroa mite');
  expect(summary).not.toContain('red car');
  expect(summary).not.toContain('how are you');
  expect({ isOffline, model, usage }).toEqual({
    isOffline: true,
    model: 'offline',
    usage: { inputTokens: 0, outputTokens: 0 },
  });
});

test('tags are what is said repeatedly, without repeating each other', async () => {
  const { tags, language } = await enrichOffline.enrich({ kind: 'recording', segments: cues(beekeeping) });

  expect(tags).toContain('varroa mite');
  expect(tags).toContain('bee colonies');
  expect(tags).not.toContain('mite');
  expect(tags.length).toBeLessThanOrEqual(8);
  expect(language).toBe('en');
});

test('Russian is told by its words, and its forms count as one word', async () => {
  const { tags, language, title, summary } = await enrichOffline.enrich({
    kind: 'recording',
    title: 'VID_20240301_2.mp4',
    segments: cues(russian),
  });

  expect(language).toBe('ru');
  expect(tags.some((tag) => tag.startsWith('поиск'))).toBe(true);
  expect(tags.join(' ')).not.toContain('короче');
  expect(russian).toContain(title!);
  expect(summary.length).toBeGreaterThan(80);
});

test('a real title stays, a file’s name gives way to the first heading', async () => {
  const segments = [
    { kind: 'heading', text: 'Winter feeding of bees' },
    { kind: 'paragraph', text: beekeeping },
  ];

  const own = await enrichOffline.enrich({ kind: 'document', title: 'Notes of a beekeeper', segments });
  const named = await enrichOffline.enrich({ kind: 'document', title: 'scan 0012.pdf', segments });

  expect(own.title).toBe('Notes of a beekeeper');
  expect(named.title).toBe('Winter feeding of bees');
});

test('speech without punctuation still gives a short summary and title', async () => {
  const spoken = beekeeping.toLowerCase().replace(/[.,?]/g, '');

  const { summary, title } = await enrichOffline.enrich({ kind: 'recording', segments: cues(`${spoken} ${spoken}`) });

  expect(summary.length).toBeGreaterThan(40);
  expect(summary.length).toBeLessThanOrEqual(700);
  expect(title!.length).toBeLessThanOrEqual(91);
});

test('headings, code and tables do not end up in a summary', async () => {
  const { summary } = await enrichOffline.enrich({
    kind: 'document',
    segments: [
      { kind: 'heading', text: 'Bees.' },
      { kind: 'code', text: 'weigh(hive); feed(hive); treat(hive);' },
      { kind: 'table-row', text: 'hive | 30 kg | fed' },
      { kind: 'paragraph', text: beekeeping },
    ],
  });

  expect(summary).not.toContain('weigh(hive)');
  expect(summary).not.toContain('30 kg');
  expect(summary).not.toContain('Bees.');
});

test.each([
  ['nothing', []],
  ['an empty cue', [{ text: '  ' }]],
  ['signs alone', [{ text: '!!! 🎉 …' }]],
])('%s gives no title, no summary and no tags', async (_, segments) => {
  const enriched = await enrichOffline.enrich({ kind: 'recording', segments });

  expect(enriched).toMatchObject({ title: null, summary: '', tags: [], language: null });
});

test('a given language is kept', async () => {
  const enriched = await enrichOffline.enrich({
    kind: 'document',
    language: 'de',
    segments: [{ text: 'Bienen brauchen Futter.' }],
  });

  expect(enriched).toMatchObject({
    language: 'de',
    title: 'Bienen brauchen Futter',
    summary: 'Bienen brauchen Futter.',
  });
});

test('a long text gets a long summary too: its own sentences, each with the second it begins at', async () => {
  const segments = cues(beekeeping.repeat(2)).map((cue, index) => ({
    ...cue,
    startSeconds: index * 3,
    endSeconds: index * 3 + 3,
  }));

  const { claims, chapters } = await enrichOffline.enrich({ kind: 'recording', segments });

  expect(claims.length).toBeGreaterThan(4);
  expect(claims.every(({ kind }) => kind === 'point')).toBe(true);
  for (const { text, startSeconds } of claims) {
    const from = segments[startSeconds! / 3]!.text;
    expect(from.split(' ')).toContain(text.split(' ')[0]!);
  }
  expect(chapters).toEqual([]);
});

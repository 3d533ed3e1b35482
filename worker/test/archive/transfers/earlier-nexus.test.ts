import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createImport, getItem, getTransfer, listItems, listSegments, writeVtt } from '@nexus/shared/archive';
import { readEarlierExport } from '../../../src/archive/transfers/earlier-nexus.ts';
import { testWorker } from '../../running/test-worker.ts';

const read = (content: unknown) => readEarlierExport(JSON.stringify(content));

describe('an export of the earlier Nexus', () => {
  const item = { id: 7, title: 'Harbour talk', transcript: 'First part.\n\nSecond part.', tags: 'sea, harbour, sea' };

  test.each([
    ['as a bare list', [item]],
    ['as an object with items', { version: 3, items: [item] }],
    ['as a tool for IndexedDB writes it', { data: { data: [{ tableName: 'items', rows: [item] }] } }],
  ])('is read %s', (_how, content) => {
    const { items, faults } = read(content);

    expect(faults).toEqual([]);
    expect(items).toMatchObject([
      {
        key: '7',
        title: 'Harbour talk',
        tags: ['sea', 'harbour'],
        segments: [{ text: 'First part.' }, { text: 'Second part.' }],
      },
    ]);
  });

  test('keeps seconds in order and from overlapping, whatever they are called', () => {
    const { items } = read([
      {
        title: 'Cues',
        transcript: [
          { startTime: 8, endTime: 30, text: 'later', speaker: 'Ann' },
          { start: 2, duration: 9, text: 'earlier' },
        ],
      },
    ]);

    expect(items[0]!.segments).toEqual([
      { startSeconds: 2, endSeconds: 8, speaker: null, text: 'earlier' },
      { startSeconds: 8, endSeconds: 30, speaker: 'Ann', text: 'later' },
    ]);
    expect(writeVtt(items[0]!.segments.map((one) => ({ ...one, kind: 'speech', level: null, page: null })))).toContain(
      'later',
    );
  });

  test('reads dates in milliseconds, seconds and words, and sources that are addresses', () => {
    const when = Date.UTC(2024, 4, 1);
    const { items } = read(
      [when, when / 1000, '2024-05-01T00:00:00Z', 'yesterday'].map((createdAt) => ({
        title: 'x',
        transcript: 'words',
        createdAt,
        source: 'https://video.example/1',
      })),
    );

    expect(items.map(({ createdAt }) => createdAt?.getTime() ?? null)).toEqual([when, when, when, null]);
    expect(items[0]!.sourceUrl).toBe('https://video.example/1');
  });

  test('says of each entry that cannot be read why, and goes on with the rest', () => {
    const { items, faults } = read([item, { title: 'Empty' }, 'nonsense', { ...item, tags: { a: 1 } }]);

    expect(items).toHaveLength(1);
    expect(faults.map(({ key, title }) => [key, title])).toEqual([
      ['#2', 'Empty'],
      ['#3', 'Untitled'],
      ['#4', 'Harbour talk'],
    ]);
  });
});

describe('importing it', () => {
  let nexus: Awaited<ReturnType<typeof testWorker>>;
  beforeAll(async () => {
    nexus = await testWorker();
  });
  afterAll(() => nexus.stop());

  const EXPORT = [
    {
      id: 'a',
      title: 'A talk',
      type: 'video',
      source: 'https://video.example/a',
      transcript: [{ start: 1, end: 4, text: 'The lamp burns at night.', speaker: 'Ann' }],
      summary: 'About lamps.',
      tags: ['lamp'],
      createdAt: '2023-02-03T04:05:06.000Z',
    },
    { id: 'b', title: 'A note', type: 'text', transcript: 'Gulls sleep on the northern cliff.' },
    { id: 'c', title: 'Nothing in it' },
  ];

  async function run(transferId: string) {
    for (;;) {
      const report = await getTransfer(nexus.ctx, { transferId });
      if (report.state === 'done' || report.state === 'failed') return report;
      await Bun.sleep(20);
    }
  }
  const start = async (content: string) =>
    createImport(nexus.ctx, { name: 'nexus.json', path: await nexus.upload('nexus.json', content) });

  test('makes items with their words, dates and tags, searchable, and a report', async () => {
    const report = await run((await start(JSON.stringify(EXPORT))).id);
    const { items } = await listItems(nexus.ctx, {});
    const talk = await nexus.rested(items.find(({ title }) => title === 'A talk')!.id);
    const note = await nexus.rested(items.find(({ title }) => title === 'A note')!.id);

    expect(report).toMatchObject({
      state: 'done',
      format: 'earlier-nexus',
      total: 3,
      finished: 3,
      added: 2,
      failed: 1,
    });
    expect(report.failures).toEqual([
      { key: 'c', title: 'Nothing in it', detail: 'It has no transcript and no text.' },
    ]);
    expect(talk).toMatchObject({
      status: 'ready',
      kind: 'subtitles',
      sourceUrl: 'https://video.example/a',
      summary: 'About lamps.',
      tags: ['lamp'],
      createdAt: '2023-02-03T04:05:06.000Z',
    });
    expect(note).toMatchObject({ status: 'ready', kind: 'text' });
    expect(note.summary).not.toBeNull();
    const { segments } = await listSegments(nexus.ctx, { itemId: talk.id });
    expect(segments).toMatchObject([
      { startSeconds: 1, endSeconds: 4, speaker: 'Ann', text: 'The lamp burns at night.' },
    ]);
  });

  test('twice brings nothing twice', async () => {
    const report = await run((await start(JSON.stringify(EXPORT))).id);

    expect(report).toMatchObject({ added: 0, alreadyHere: 2, failed: 1 });
  });

  test('goes on after the worker was stopped in the middle', async () => {
    const many = Array.from({ length: 24 }, (_, n) => ({
      id: `m${n}`,
      title: `Many ${n}`,
      transcript: `Sentence ${n} of many.`,
    }));
    const { id } = await start(JSON.stringify(many));
    while ((await getTransfer(nexus.ctx, { transferId: id })).added < 5) await Bun.sleep(5);
    await nexus.restartWorker();

    const report = await run(id);

    expect(report).toMatchObject({ state: 'done', added: 24, failed: 0 });
    const { items } = await listItems(nexus.ctx, { q: 'Many', limit: 200 });
    expect(items).toHaveLength(24);
    expect(await getItem(nexus.ctx, { itemId: items[0]!.id })).toMatchObject({ source: 'text' });
  });
});

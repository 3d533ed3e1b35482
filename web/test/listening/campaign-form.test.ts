import { expect, test } from 'bun:test';
import type { SourceInfo } from '@nexus/shared/listening';
import { addChips } from '../../src/lib/listening/campaigns/add-chips.ts';
import { errorsBelow } from '../../src/lib/listening/campaigns/form-errors.ts';
import { nextRuns } from '../../src/lib/listening/campaigns/next-runs.ts';
import { priceOf } from '../../src/lib/listening/campaigns/price-of.ts';
import { cronOf, scheduleOf } from '../../src/lib/listening/campaigns/schedule-choice.ts';
import { wordsOfQuery } from '../../src/lib/listening/campaigns/words-of-query.ts';
import '../compile-runes.ts';

const { CampaignDraft } = await import('../../src/lib/listening/campaigns/campaign-draft.svelte.ts');

const RULES = { sign: '', splitsAtComma: true, atMost: 100, maxlength: 200 } as const;

const rss: SourceInfo = {
  id: 'rss',
  label: 'RSS',
  description: 'Feeds',
  pageSize: 100,
  searchesBackDays: null,
  usdPerPost: 0,
  hasConversations: false,
  settingsSchema: {
    required: ['feeds'],
    properties: { feeds: { type: 'array', minItems: 1, items: { type: 'string', format: 'uri' } } },
  },
  needsConnection: false,
  connections: [],
  accounts: null,
  protocol: null,
};

test('what is typed or pasted becomes values: none twice whatever its case, without the sign, no more than allowed', () => {
  expect(addChips(['Ferry'], 'ferry, boat,\n island ,', RULES)).toEqual(['Ferry', 'boat', 'island']);
  expect(addChips([], '#berth, # quay', { ...RULES, sign: '#' })).toEqual(['berth', 'quay']);
  expect(addChips([], 'late, again', { ...RULES, splitsAtComma: false })).toEqual(['late, again']);
  expect(addChips(['one'], 'two, three', { ...RULES, atMost: 2 })).toEqual(['one', 'two']);
});

test('a plain choice and its cron expression are each other’s reverse', () => {
  for (const cron of [null, '0 * * * *', '0 */6 * * *', '5 8 * * *', '30 17 * * 1-5', '*/7 3 * 2 *']) {
    expect(cronOf(scheduleOf(cron))).toBe(cron);
  }
  expect(scheduleOf('5 8 * * *')).toMatchObject({ schedule: 'daily', time: '08:05' });
  expect(scheduleOf('0 9 1 * *').schedule).toBe('custom');
});

test('the next runs are told in the zone of the campaign, and what is no schedule gives none', async () => {
  const from = new Date('2026-11-21T12:00:00Z');

  const daily = await nextRuns('0 9 * * *', 'Europe/Berlin', from);

  expect(daily?.next.map((date) => date.toISOString())).toEqual([
    '2026-11-22T08:00:00.000Z',
    '2026-11-23T08:00:00.000Z',
    '2026-11-24T08:00:00.000Z',
  ]);
  expect(daily?.aMonth).toBe(30);
  expect(await nextRuns('often', 'UTC', from)).toBeNull();
  expect(await nextRuns('0 0 9 * * *', 'UTC', from)).toBeNull();
  expect(await nextRuns('0 9 * * *', 'Nowhere/Atlantis', from)).toBeNull();
});

test('the price of a run is that of its dearest source, up to the limit of money', () => {
  const sources = [{ usdPerPost: 0.005 }, { usdPerPost: 0 }];

  expect(priceOf(sources, { maxPosts: 500, maxCostUsd: null })).toBeCloseTo(2.5);
  expect(priceOf(sources, { maxPosts: 500, maxCostUsd: 1 })).toBe(1);
  expect(priceOf([], { maxPosts: 500, maxCostUsd: null })).toBe(0);
});

test('errors stand beside the field, also those of one of its values', () => {
  const fields = { 'query.languages.1': ['No code'], 'query.languages': ['Too many'], 'query.languagesOther': ['No'] };

  expect(errorsBelow(fields, 'query.languages')).toEqual(['No code', 'Too many']);
});

test('what is marked in a post are the words of its query, each word of a keyword alone', () => {
  const draft = new CampaignDraft([rss], null, 'key');
  const query = { ...draft.values.query, keywords: ['ferry late'], hashtags: ['quay'], mentions: ['ann'] };

  expect(wordsOfQuery(query)).toEqual(['ferry', 'late', '#quay', '@ann']);
});

test('a draft that was not saved comes back, and a saved one does not', () => {
  const storage = memoryStorage();
  const typed = new CampaignDraft([rss], null, 'key');
  typed.values.name = 'Ferries';
  typed.values.query.keywords = ['ferry'];
  typed.keep(storage);

  const again = new CampaignDraft([rss], null, 'key');
  again.restore(storage);

  expect(again.isRestored).toBe(true);
  expect(again.values).toMatchObject({ name: 'Ferries', query: { keywords: ['ferry'], withReposts: false } });
  again.reset();
  again.keep(storage);
  expect(storage.length).toBe(0);
});

test('a kept draft that nobody can read is let go', () => {
  const storage = memoryStorage();
  storage.setItem('key', '{"name": "Fer');
  const draft = new CampaignDraft([rss], null, 'key');

  draft.restore(storage);

  expect(draft.values.name).toBe('');
  expect(storage.length).toBe(0);
});

test('a chosen source is sent with its settings, and what is missing in them is named', () => {
  const draft = new CampaignDraft([rss], null, 'key');
  draft.values.sources.rss!.isChosen = true;

  expect(draft.readSources().problems).toEqual([{ source: 'rss', field: 'feeds', problem: 'form.required' }]);
  draft.values.sources.rss!.settings.feeds = 'https://a.example/feed\n\n  https://b.example/feed ';
  expect(draft.readSources()).toEqual({
    sources: [
      { source: 'rss', credentialId: null, settings: { feeds: ['https://a.example/feed', 'https://b.example/feed'] } },
    ],
    problems: [],
  });
});

function memoryStorage(): Storage {
  const rows = new Map<string, string>();
  return {
    get length() {
      return rows.size;
    },
    clear: () => rows.clear(),
    key: (at) => [...rows.keys()][at] ?? null,
    getItem: (name) => rows.get(name) ?? null,
    setItem: (name, value) => void rows.set(name, value),
    removeItem: (name) => void rows.delete(name),
  };
}

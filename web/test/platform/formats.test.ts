import { expect, test } from 'bun:test';
import { chooseLocale, chooseRegion } from '../../src/lib/platform/choose-locale.ts';
import { formatBytes, formatDuration, formatRelative, formatTaken } from '../../src/lib/platform/format.ts';
import { I18n, loadMessages } from '../../src/lib/platform/i18n.ts';
import { safeNext } from '../../src/lib/platform/safe-next.ts';

const NOW_MS = Date.parse('2026-11-20T12:00:00Z');

test('durations read as on a player', () => {
  expect([0, 9.9, 65, 3723].map(formatDuration)).toEqual(['0:00', '0:09', '1:05', '1:02:03']);
});

test('how long work took is said in its two largest units', () => {
  expect([0.2, 3, 59.6, 80, 7505].map((seconds) => formatTaken(seconds, 'en'))).toEqual([
    '1 sec',
    '3 sec',
    '1 min',
    '1 min 20 sec',
    '2 hr 5 min',
  ]);
  expect(formatTaken(80, 'ru')).toBe('1 мин 20 с');
});

test('sizes have a unit of their language', () => {
  expect(formatBytes(1, 'en')).toBe('1 byte');
  expect(formatBytes(1536, 'en')).toBe('1.5 kB');
  expect(formatBytes(999_600, 'en')).toBe('1 MB');
  expect(formatBytes(5 * 1024 ** 3, 'ru')).toBe('5,4 ГБ');
});

test('times are relative for a week and days after that', () => {
  expect(formatRelative('2026-11-20T11:59:55Z', NOW_MS, 'en')).toBe('now');
  expect(formatRelative('2026-11-20T12:00:20Z', NOW_MS, 'en')).toBe('now');
  expect(formatRelative('2026-11-20T11:58:00Z', NOW_MS, 'en')).toBe('2 minutes ago');
  expect(formatRelative('2026-11-27T11:00:00Z', NOW_MS, 'en')).toBe('in 6 days');
  expect(formatRelative('2026-11-01T12:00:00Z', NOW_MS, 'en')).toBe('Nov 1');
  expect(formatRelative('2025-11-01T12:00:00Z', NOW_MS, 'ru')).toBe('1 нояб. 2025 г.');
});

test('Russian counts in its three ways', async () => {
  const messages = await loadMessages('ru');
  const { t } = new I18n(() => ({ locale: 'ru', messages }));

  expect([1, 3, 5, 21, 112].map((count) => t('archive.count', { count }))).toEqual([
    '1 запись',
    '3 записи',
    '5 записей',
    '21 запись',
    '112 записей',
  ]);
});

test('the language is the chosen one, else the first known of the browser by weight, else English', () => {
  expect(chooseLocale('ru', 'en')).toBe('ru');
  expect(chooseLocale(undefined, 'de-DE, en;q=0.5, ru-RU;q=0.9')).toBe('ru');
  expect(chooseLocale('xx', 'fr')).toBe('en');
  expect(chooseLocale(undefined, null)).toBe('en');
});

test('dates follow the regional tag of the browser', () => {
  expect(chooseRegion('en', 'ru, en-US;q=0.5, en-GB;q=0.9')).toBe('en-GB');
  expect(chooseRegion('ru', 'en-GB')).toBe('ru');
  expect(chooseRegion('en', 'en-x_broken, en-u-zz')).toBe('en');
  expect(formatRelative('2027-02-18T12:00:00Z', NOW_MS, 'en-GB')).toBe('18 Feb 2027');
});

test('after signing in one never leaves the site', () => {
  expect(safeNext('/archive/1?t=5')).toBe('/archive/1?t=5');
  for (const next of ['https://evil.example', '//evil.example', '/\\evil.example', '/\tx', null]) {
    expect(safeNext(next)).toBe('/archive');
  }
});

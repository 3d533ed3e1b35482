import { expect, test } from 'bun:test';
import {
  addressOf,
  countsPath,
  isNarrowed,
  pagePath,
  readInboxFilter,
} from '../../src/lib/listening/inbox/inbox-filter.ts';
import { localTime, snoozeTimes } from '../../src/lib/listening/inbox/snooze-times.ts';

const read = (query: string) => readInboxFilter(new URLSearchParams(query));
const ID = '00000000-0000-4000-8000-000000000001';

test('a filter survives its address, and the plain inbox has a plain one', () => {
  const filter = read(`state=waiting&campaign=${ID}&assignee=none&intent=question&q=ferry+%26+boat`);

  const { pathname, searchParams } = new URL(addressOf(filter), 'http://nexus.test');

  expect(pathname).toBe('/listening');
  expect(readInboxFilter(searchParams)).toEqual(filter);
  expect(addressOf(read(''))).toBe('/listening');
});

test('what makes no sense in an address is left out', () => {
  const filter = read('state=lost&campaign=1&assignee=me&intent=love');

  expect(filter).toEqual({ state: 'new', campaign: '', assignee: '', intent: '', q: '' });
  expect(isNarrowed(filter)).toBe(false);
});

test('counts are asked for without the state, pages with it', () => {
  const filter = read(`state=done&campaign=${ID}`);

  expect(countsPath(filter)).toBe(`/opportunities/counts?campaign=${ID}`);
  expect(pagePath(filter, 50, 'next')).toBe(`/opportunities?campaign=${ID}&state=done&limit=50&cursor=next`);
});

test.each([
  ['2026-11-21T18:00', '2026-11-22T09:00', '2026-11-23T09:00'],
  ['2026-11-23T08:00', '2026-11-24T09:00', '2026-11-30T09:00'],
  ['2026-12-31T23:30', '2027-01-01T09:00', '2027-01-04T09:00'],
])('snoozing at %s ends tomorrow morning or on the next Monday', (now, tomorrow, week) => {
  const times = snoozeTimes(new Date(now));

  expect(times.slice(1).map(({ at }) => localTime(at))).toEqual([tomorrow, week]);
  expect(times.every(({ at }) => at > new Date(now))).toBe(true);
});

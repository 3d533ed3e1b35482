import type { FeedInterval } from './feed-contracts.ts';

/** Feeds of one interval are spread over the hour, and daily ones over the early morning, or all would be asked at once. */
export function cronOfInterval(interval: FeedInterval, seed: number): string {
  const minute = seed % 60;
  const hour = 3 + (Math.floor(seed / 60) % 3);
  switch (interval) {
    case 'hour':
      return `${minute} * * * *`;
    case 'six-hours':
      return `${minute} ${Math.floor(seed / 60) % 6}/6 * * *`;
    case 'day':
      return `${minute} ${hour} * * *`;
    case 'week':
      return `${minute} ${hour} * * ${Math.floor(seed / 180) % 7}`;
  }
}

/** The way back, by the fields that are fixed. */
export function intervalOfCron(cron: string): FeedInterval {
  const [, hour = '*', , , weekday = '*'] = cron.split(' ');
  if (weekday !== '*') return 'week';
  if (hour.includes('/')) return 'six-hours';
  return hour === '*' ? 'hour' : 'day';
}

/** Any number: only that two feeds rarely have the same one matters. */
export const scheduleSeed = (): number => crypto.getRandomValues(new Uint16Array(1))[0] ?? 0;

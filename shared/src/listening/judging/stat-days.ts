export interface DayCount {
  /** `YYYY-MM-DD` */
  readonly day: string;
  readonly found: number;
  readonly relevant: number;
}

const DAY_MS = 86_400_000;

/**
 * So many days without a gap, the oldest first. The last is today in the time zone; when none of the days has a post, and others do,
 * the last with one.
 */
export function daysUntil(now: Date, timeZone: string, count: number, counted: readonly DayCount[]): DayCount[] {
  const byDay = new Map(counted.map((each) => [each.day, each]));
  const today = dayIn(now, timeZone);
  const past = counted.map(({ day }) => day).filter((day) => day <= today);
  const newest = past.reduce((last, day) => (day > last ? day : last), '');
  const last = newest === '' || newest > daysBefore(today, count) ? today : newest;
  return Array.from({ length: count }, (_, index) => {
    const day = daysBefore(last, count - 1 - index);
    return byDay.get(day) ?? { day, found: 0, relevant: 0 };
  });
}

function dayIn(time: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const part = Object.fromEntries(parts.formatToParts(time).map(({ type, value }) => [type, value]));
  return `${part.year}-${part.month}-${part.day}`;
}

/** Of days alone: no clock is turned in between. */
const daysBefore = (day: string, count: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - count * DAY_MS).toISOString().slice(0, 10);

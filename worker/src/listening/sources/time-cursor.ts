import { z } from 'zod';
import { readCursor } from './search-lanes.ts';

interface Placed {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const Before = z.object({ until: z.number(), seen: z.array(z.string()) });

/** A search whose pages follow each other by time: each asks for what is older than the last post of the page before. */
export interface TimeCursor {
  /** Milliseconds since 1970; posts of this moment and later are not wanted. Null at the beginning. */
  readonly until: number | null;
  /** Posts that are before `until` and came already. */
  readonly seen: ReadonlySet<string>;
}

export function readTimeCursor(cursor: string | null): TimeCursor {
  const before = readCursor(Before, cursor);
  return { until: before?.until ?? null, seen: new Set(before?.seen) };
}

/**
 * Where to go on behind a page; null when it was empty. Posts of its last moment may follow on the next one, so that moment (of
 * `tickMs`, the source's own precision) is asked for again and those that were seen are named.
 */
export function behind(page: readonly Placed[], { seen }: TimeCursor, tickMs: number): string | null {
  if (page.length === 0) return null;
  const oldest = Math.min(...page.map(({ at }) => at));
  const isPassed = page.every(({ id }) => seen.has(id));
  // A page full of one moment's posts, all seen, is passed: nothing else leads on.
  const next = isPassed
    ? { until: oldest, seen: [] }
    : { until: oldest + tickMs, seen: page.filter(({ at }) => at === oldest).map(({ id }) => id) };
  return JSON.stringify(next);
}

import { EndReason } from '@nexus/shared/listening';
import { z } from 'zod';
import type { SearchPage } from '../sources/search-source.ts';

/** A post as a mark in time. */
export const Place = z.object({ externalId: z.string(), postedAt: z.iso.datetime() });
export type Place = z.infer<typeof Place>;

/** A stretch that a limit left unread: from the cursor down to a place, or to the end of what there is. */
export const Gap = z.object({
  cursor: z.string(),
  downTo: Place.nullable(),
  /** How many runs in a row were refused it. */
  refusals: z.int().default(0),
});
export type Gap = z.infer<typeof Gap>;

/** What paging remembers of a run's search in one source. Kept in `run_sources.progress`. */
export const Progress = z.object({
  hasBegun: z.boolean().default(false),
  /** head: from the newest down to what is known; gap: a stretch that an earlier run left. */
  segment: z.enum(['head', 'gap']).default('head'),
  pagesOfSegment: z.int().default(0),
  /** Of the gap under way. */
  refusals: z.int().default(0),
  downTo: Place.nullable().default(null),
  newest: Place.nullable().default(null),
  /** Where complete runs got to, as it will be kept. */
  reached: Place.nullable().default(null),
  /** Still to read in this run. */
  gaps: z.array(Gap).default([]),
  /** For the next run. */
  left: z.array(Gap).default([]),
  entryIds: z.array(z.string()).default([]),
  emptyPages: z.int().default(0),
  isStalled: z.boolean().default(false),
  /** What its end shall say beside the reason. */
  note: z.string().nullable().default(null),
  /** In a row. */
  failures: z.int().default(0),
});
export type Progress = z.infer<typeof Progress>;

const MOST_EMPTY_PAGES = 3;
/** Beyond these the oldest is given up: it would take its turn after months. */
const MOST_GAPS = 50;
/** A network that refuses everything for a day shall not cost what nobody has read. */
const MOST_REFUSALS = 3;

/** What a page changes: where to go on, or why the source is done. */
export interface Turn {
  readonly progress: Progress;
  readonly cursor: string | null;
  /** Null: there is another page to ask for. */
  readonly endReason: Extract<EndReason, 'complete' | 'stalled' | 'limit'> | null;
  /** A segment is over: how far things are known has changed. */
  readonly isSegmentOver: boolean;
}

export interface PageTaken {
  readonly page: SearchPage;
  /** The cursor it was asked with. */
  readonly asked: string | null;
  /** How many of its hits this run did not have yet. */
  readonly fresh: number;
  /** How many more the run may read after it. */
  readonly budget: number;
  readonly now: Date;
}

/** The rules of paging: no cursor, the same cursor or entries again, three pages with nothing new, the limit. */
export function afterPage(before: Progress, { page, asked, fresh, budget, now }: PageTaken): Turn {
  const entryIds = [...page.entryIds];
  const isSame = !page.startsAnew && entryIds.length > 0 && entryIds.join('\n') === before.entryIds.join('\n');
  const emptyPages = page.startsAnew || fresh > 0 ? 0 : before.emptyPages + 1;
  const progress: Progress = {
    ...before,
    hasBegun: true,
    entryIds,
    emptyPages,
    failures: 0,
    refusals: 0,
    pagesOfSegment: before.pagesOfSegment + 1,
    newest: before.segment === 'head' ? newestOf(before.newest, page, now) : before.newest,
    note: noteOf(before.note, page.notes),
  };
  const { nextCursor } = page;
  if (nextCursor === null) return endSegment(progress, 'complete', null);
  if (nextCursor === asked || isSame || emptyPages >= MOST_EMPTY_PAGES)
    return endSegment(progress, 'stalled', nextCursor);
  if (budget <= 0) return endSegment(progress, 'limit', nextCursor);
  return { progress, cursor: nextCursor, endReason: null, isSegmentOver: false };
}

/** Ends a source where it stands because the run may read no more. */
export function stopAt(progress: Progress, cursor: string | null): Turn {
  if (!progress.hasBegun) return { progress, cursor, endReason: 'limit', isSegmentOver: false };
  return endSegment(progress, 'limit', cursor);
}

function endSegment(progress: Progress, reason: 'complete' | 'stalled' | 'limit', cursor: string | null): Turn {
  const { segment, downTo, newest, gaps } = progress;
  // A source that repeats itself does not get further in a stretch it was asked for once already, nor below the oldest it has.
  const isLeft =
    cursor !== null && (reason === 'limit' || (reason === 'stalled' && segment === 'head' && downTo !== null));
  const left = isLeft ? [...progress.left, { cursor, downTo, refusals: 0 }] : progress.left;
  const after: Progress = {
    ...progress,
    left,
    reached: segment === 'head' ? (newest ?? progress.reached) : progress.reached,
    isStalled: progress.isStalled || reason === 'stalled',
  };
  const [gap, ...others] = gaps;
  if (reason === 'limit' || !gap) {
    const endReason = reason === 'limit' ? 'limit' : after.isStalled ? 'stalled' : 'complete';
    return { progress: after, cursor, endReason, isSegmentOver: true };
  }
  return {
    progress: {
      ...after,
      segment: 'gap',
      downTo: gap.downTo,
      refusals: gap.refusals,
      gaps: others,
      entryIds: [],
      emptyPages: 0,
      pagesOfSegment: 0,
    },
    cursor: gap.cursor,
    endReason: null,
    isSegmentOver: true,
  };
}

/** A stretch that its source refuses is tried again by the next runs; one whose cursor it takes no more cannot be read by anybody. */
export function refuseGap(before: Progress, cursor: string | null, detail: string): Turn {
  const refusals = before.refusals + 1;
  const isLost = cursor === null || refusals >= MOST_REFUSALS;
  const what = isLost ? 'cannot be read any more' : 'could not be read now and is tried again by the next run';
  const progress = {
    ...before,
    left: isLost ? before.left : [...before.left, { cursor, downTo: before.downTo, refusals }],
    isStalled: true,
    note: `A stretch that an earlier run left unread ${what}: ${detail}`,
  };
  return { progress, cursor: null, endReason: 'stalled', isSegmentOver: true };
}

/** What the next run must still read, newest first: what is left, the stretch under way, those not begun. */
export function openGaps(progress: Progress, cursor: string | null, isOver: boolean): Gap[] {
  const { segment, downTo, refusals } = progress;
  const underWay = segment === 'gap' && !isOver && cursor !== null ? [{ cursor, downTo, refusals }] : [];
  return [...progress.left, ...underWay, ...progress.gaps].slice(0, MOST_GAPS);
}

/** A file of broken lines has much to say. */
const MOST_NOTE = 1000;

function noteOf(before: string | null, notes: readonly string[] = []): string | null {
  const words = [...(before === null ? [] : [before]), ...notes].join(' ');
  return words === '' ? null : words.length > MOST_NOTE ? `${words.slice(0, MOST_NOTE - 1).toWellFormed()}…` : words;
}

/** A post that claims to be of tomorrow would hide all of today's. */
function newestOf(known: Place | null, { hits }: SearchPage, now: Date): Place | null {
  let newest = known;
  for (const { externalId, postedAt } of hits) {
    if (postedAt > now) continue;
    const at = postedAt.toISOString();
    if (newest === null || at > newest.postedAt) newest = { externalId, postedAt: at };
  }
  return newest;
}

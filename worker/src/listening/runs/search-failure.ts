import type { EndReason } from '@nexus/shared/listening';
import type { NexusError } from '@nexus/shared/platform';
import { reasonOf } from './end-run.ts';
import { refuseGap, type Turn } from './search-progress.ts';
import { type SourceSearch, writeSearch } from './search-rows.ts';
import type { StageIo } from './stage.ts';

/** After 2, 4, 8 and 16 seconds a source that does not answer is given up. */
const MOST_FAILURES = 4;
/** Windows of sources are minutes, daily caps a day. */
const MOST_WAIT_HOURS = 25;

/** A source that cannot go on now, or at all. Its cursor stays. */
export async function failSearch(
  io: StageIo,
  search: SourceSearch,
  problem: NexusError,
  costUsd: number,
): Promise<void> {
  const { run, ports } = io;
  const { code, detail } = problem;
  const { pages, found, cursor, progress } = search;
  const wait = waitAfter(problem, progress.failures, ports.now(), search.openSince);
  // Only this stretch is in doubt: what is newer was read.
  const isOfGap =
    wait === null && code === 'upstream-refused' && progress.segment === 'gap' && progress.pagesOfSegment === 0;
  const turn: Turn = isOfGap
    ? refuseGap(progress, cursor, detail)
    : { progress: { ...progress, failures: progress.failures + 1 }, cursor, endReason: null, isSegmentOver: false };
  await io.commit(async (tx) => {
    await writeSearch(tx, run, search, {
      turn,
      pages,
      found,
      endReason: wait ? null : isOfGap ? turn.endReason : reasonFor(problem),
      problem: isOfGap ? undefined : { code, detail },
      ...(wait && { waitUntil: wait }),
    });
    return { costUsd };
  });
}

/** What a person has to do something about is told apart from what the network refuses. */
const reasonFor = (problem: NexusError): EndReason =>
  problem.code === 'not-configured' ? 'no-account' : reasonOf(problem);

function waitAfter(problem: NexusError, failures: number, now: Date, openSince: Date): Date | null {
  if (problem.code === 'upstream-limited') {
    const until = new Date(now.getTime() + Math.max(1, problem.retryAfterSeconds ?? 60) * 1000);
    return until.getTime() - openSince.getTime() > MOST_WAIT_HOURS * 3_600_000 ? null : until;
  }
  if (!problem.mayRetry || failures >= MOST_FAILURES) return null;
  return new Date(now.getTime() + (problem.retryAfterSeconds ?? 2 ** (failures + 1)) * 1000);
}

import { applyRules, type EndReason, type FoundPost } from '@nexus/shared/listening';
import { isProblem, NexusError } from '@nexus/shared/platform';
import type { SearchPage } from '../sources/search-source.ts';
import { reasonOf } from './end-run.ts';
import { afterPage, refuseGap, stopAt, type Turn } from './search-progress.ts';
import { type SourceSearch, writeSearch } from './search-rows.ts';
import type { OpenSource } from './source-io.ts';
import type { Done, StageIo } from './stage.ts';
import { postKey, storeFound } from './store-posts.ts';
import { writeFound } from './write-found.ts';

/** After 2, 4, 8 and 16 seconds a source that does not answer is given up. */
const MOST_FAILURES = 4;
/** Windows of sources are minutes, daily caps a day. */
const MOST_WAIT_HOURS = 25;

interface Limits {
  /** How many posts the run may still read. */
  readonly budget: number;
  /** How many it has. */
  readonly listed: number;
}

/** Asks for one page and writes it with where to go on, in one transaction. Answers where the search stands; null when it is over. */
export async function readPage(
  io: StageIo,
  open: OpenSource,
  search: SourceSearch,
  { budget, listed }: Limits,
): Promise<SourceSearch | null> {
  const { run } = io;
  const limit = budget <= 0 ? 'limit' : isAffordable(io, open, budget) ? null : 'money-limit';
  if (limit !== null) {
    await endSearch(io, search, limit);
    return null;
  }
  const { downTo } = search.progress;
  const request = {
    query: run.spec.query,
    cursor: search.cursor,
    since: downTo && { externalId: downTo.externalId, postedAt: new Date(downTo.postedAt) },
    limit: budget,
    ...(run.spec.product !== undefined && { product: run.spec.product }),
  };
  let page: SearchPage;
  try {
    page = await open.source.search(request, open.io);
  } catch (error) {
    if (io.signal.aborted) throw error;
    await failSearch(io, search, isProblem(error) ? error : defectOf(error, open, io), open.takeCost());
    return null;
  }
  return writePage(io, open, search, page, { budget, listed });
}

/** One source that is broken stops no other. */
function defectOf(error: unknown, { source }: OpenSource, { ports, run }: StageIo): NexusError {
  const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
  ports.log({ event: 'source-broken', source: source.id, runId: run.id, cause });
  return new NexusError(
    'internal',
    `${source.label} failed in a way nobody foresaw. The log of the server tells more.`,
    {
      cause: error,
    },
  );
}

async function writePage(
  io: StageIo,
  open: OpenSource,
  search: SourceSearch,
  page: SearchPage,
  { budget, listed }: Limits,
): Promise<SourceSearch | null> {
  const { run, ports } = io;
  // A campaign keeps what was fetched, or a stretch would begin in the middle of a page; elsewhere so many were asked for.
  const hits = run.kind === 'full' ? page.hits : page.hits.slice(0, budget);
  const dropped = hits.map((post) => ruledOut(io, post));
  const now = ports.now();
  const costUsd = open.takeCost();
  let after: SourceSearch | null = null;

  await io.commit(async (tx) => {
    const { ids, fresh } = await storeFound(tx, run.orgId, [...page.context, ...hits], now);
    const rows = hits.map((post, place) => ({
      post_id: ids.get(postKey(post))!,
      position: listed + place,
      dropped: dropped[place] ?? null,
    }));
    const added = await writeFound(tx, run, search.spec.source, rows);
    const turn = afterPage(search.progress, {
      page,
      asked: search.cursor,
      fresh: added.size,
      budget: budget - added.size,
      now,
    });
    const change = { turn, pages: search.pages + 1, found: search.found + added.size, endReason: turn.endReason };
    await writeSearch(tx, run, search, { ...change, problem: wordsOf(turn.endReason, io, open) });
    after = turn.endReason === null ? { ...search, ...change, ...turn, waitUntil: null } : null;
    // A page may list a post twice.
    const unseen = rows.filter(({ post_id }) => added.delete(post_id));
    return { counts: countsOf(page, unseen, fresh), costUsd };
  });
  return after;
}

function countsOf(
  page: SearchPage,
  rows: readonly { post_id: string; dropped: { rule: string } | null }[],
  fresh: ReadonlySet<string>,
): NonNullable<Done['counts']> {
  const droppedBy: Record<string, number> = {};
  for (const { dropped } of rows) if (dropped) droppedBy[dropped.rule] = (droppedBy[dropped.rule] ?? 0) + 1;
  return {
    pages: 1,
    found: rows.length,
    fresh: rows.filter(({ post_id }) => fresh.has(post_id)).length,
    context: page.context.length,
    dropped: rows.filter(({ dropped }) => dropped !== null).length,
    droppedBy,
  };
}

function ruledOut({ run }: StageIo, post: FoundPost) {
  const ruled = {
    text: post.text,
    authorHandle: post.author.handle,
    language: post.language,
    engagement: post.engagement,
    hashtags: post.entities.hashtags,
    mentions: post.entities.mentions,
    links: post.entities.links,
  };
  return applyRules(run.spec.query, ruled, { ownHandles: run.spec.brief.ownHandles });
}

/** Whether a page more stays below the run's limit of money, by the price its source names. */
function isAffordable({ run }: StageIo, { source: { limits } }: OpenSource, budget: number): boolean {
  if (run.spec.maxCostUsd === null || limits.usdPerPost === 0) return true;
  return run.costUsd + limits.usdPerPost * Math.min(limits.pageSize, budget) <= run.spec.maxCostUsd;
}

/** Ends a search where it stands, before it asks for more. */
export async function endSearch(
  io: StageIo,
  search: SourceSearch,
  reason: Extract<EndReason, 'limit' | 'money-limit'>,
): Promise<void> {
  const turn = stopAt(search.progress, search.cursor);
  await io.commit(async (tx) => {
    const { pages, found } = search;
    await writeSearch(tx, io.run, search, { turn, pages, found, endReason: reason, problem: words(io, reason) });
    return {};
  });
}

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

function wordsOf(reason: Turn['endReason'], io: StageIo, { source }: OpenSource) {
  if (reason === 'limit') return words(io, 'limit');
  if (reason === null || reason === 'complete') return undefined;
  const detail = `${source.label} gave nothing new any more without saying that this is all there is.`;
  return { code: reason, detail };
}

function words({ run }: StageIo, reason: 'limit' | 'money-limit') {
  const goesOn = run.kind === 'full' ? ' The next run goes on there.' : '';
  const detail =
    reason === 'limit'
      ? `The limit of ${run.spec.maxPosts} posts is reached; there may be more.${goesOn}`
      : `The limit of $${run.spec.maxCostUsd} is reached; there may be more.${goesOn}`;
  return { code: reason, detail };
}

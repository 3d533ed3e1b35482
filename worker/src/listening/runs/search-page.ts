import { applyRules, type EndReason, type FoundPost } from '@nexus/shared/listening';
import type { SearchPage } from '../sources/search-source.ts';
import { isAffordable } from './is-affordable.ts';
import { failSearch } from './search-failure.ts';
import { afterPage, stopAt, type Turn } from './search-progress.ts';
import { type SourceSearch, writeSearch } from './search-rows.ts';
import type { OpenSource } from './source-io.ts';
import { problemOf } from './source-problem.ts';
import type { Done, StageIo } from './stage.ts';
import { postKey, storeFound } from './store-posts.ts';
import { writeFound } from './write-found.ts';

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
  const limit = budget <= 0 ? 'limit' : isAffordable(io.run, open.source, budget) ? null : 'money-limit';
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
    await failSearch(io, search, problemOf(error, open.source, io), open.takeCost());
    return null;
  }
  return writePage(io, open, search, page, { budget, listed });
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

import { isProblem } from '@nexus/shared/platform';
import { openSource } from './source-io.ts';
import { failSearch } from './search-failure.ts';
import { endSearch, readPage } from './search-page.ts';
import { beginSearches, readSearches, type SourceSearch } from './search-rows.ts';
import type { Stage, StageIo, Wait } from './stage.ts';

/** Then the next source has its turn: of several, none takes the run's limit for itself. */
const PAGES_A_TURN = 5;

/**
 * Asks each source of the run page by page until it has no more, repeats itself, fails, or the run's limit of posts or money is there.
 * The one with the fewest posts goes next; one that must wait keeps its cursor while others go on; one that fails stops nobody.
 */
export const searchStage: Stage = {
  name: 'search',
  kinds: ['preview', 'search', 'full', 'import'],

  async step(io) {
    const searches = await readOrBegin(io);
    const open = searches.filter(({ state }) => state === 'waiting' || state === 'searching');
    if (open.length === 0) return 'done';
    const budget = io.run.spec.maxPosts - searches.reduce((sum, { found }) => sum + found, 0);
    if (budget <= 0) {
      for (const search of open) await endSearch(io, search, 'limit');
      return 'done';
    }
    const now = io.ports.now();
    const ready = open.filter(({ waitUntil }) => waitUntil === null || waitUntil <= now);
    const next = ready.toSorted((a, b) => a.found - b.found || a.position - b.position)[0];
    if (!next) return waitFor(open);
    await searchFor(io, next, { budget, listed: searches.reduce((sum, { found }) => sum + found, 0) });
    return 'more';
  },
};

async function readOrBegin(io: StageIo): Promise<SourceSearch[]> {
  const searches = await io.ports.db.transaction().execute((tx) => readSearches(tx, io.run));
  if (searches.length > 0) return searches;
  await io.commit(async (tx) => {
    await beginSearches(tx, io.run);
    return {};
  });
  return io.ports.db.transaction().execute((tx) => readSearches(tx, io.run));
}

async function searchFor(io: StageIo, search: SourceSearch, limits: { budget: number; listed: number }): Promise<void> {
  let at: SourceSearch | null = search;
  let { budget, listed } = limits;
  try {
    await using open = await openSource(io.ports, search.spec, {
      orgId: io.run.orgId,
      runId: io.run.id,
      signal: io.signal,
      keepRaw: io.run.spec.keepRaw,
    });
    for (let page = 0; at !== null && page < PAGES_A_TURN; page++) {
      io.signal.throwIfAborted();
      const before: number = at.found;
      at = await readPage(io, open, at, { budget, listed });
      const read: number = (at?.found ?? before) - before;
      budget -= read;
      listed += read;
    }
  } catch (error) {
    // What the source said; anything else is the run's own trouble.
    if (at === null || io.signal.aborted || !isProblem(error, 'not-configured')) throw error;
    await failSearch(io, at, error, 0);
  }
}

/** All that are left wait: until the first of them may go on. */
function waitFor(open: readonly SourceSearch[]): Wait {
  const first = open.toSorted((a, b) => (a.waitUntil?.getTime() ?? 0) - (b.waitUntil?.getTime() ?? 0))[0]!;
  return {
    source: first.spec.source,
    until: first.waitUntil!,
    detail: first.waitDetail ?? `${first.spec.source} is asked again then.`,
  };
}

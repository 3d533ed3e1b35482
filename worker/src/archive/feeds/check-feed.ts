import { checkFeed } from '@nexus/shared/archive';
import { type Context, type DB, isProblem, type NexusError, type Tx } from '@nexus/shared/platform';
import type { Selectable } from 'kysely';
import { SYSTEM } from '../../platform/connections.ts';
import { type AttemptLog, handle } from '../../platform/handle.ts';
import type { WorkerPorts } from '../../platform/ports.ts';
import { fetchFeed, type FetchedFeed } from './fetch-feed.ts';
import { takeEntries } from './take-entries.ts';

type FeedRow = Selectable<DB['feeds']>;

/** Reads a feed, takes what is new, and writes how it went on its row. What may pass is also left to the queue to try again. */
export default handle(checkFeed, async ({ orgId, feedId }, ports, { signal, log }) => {
  const row = await ports.db
    .transaction()
    .execute((tx) =>
      tx.selectFrom('feeds').selectAll().where('id', '=', feedId).where('org_id', '=', orgId).executeTakeFirst(),
    );
  if (!row) return log.set({ outcome: 'gone' });
  try {
    const known = { url: row.url, etag: row.etag, lastModified: row.last_modified };
    const fetched = await fetchFeed(ports.http, known, signal);
    const entries = fetched.feed?.entries.slice(0, row.keep_last) ?? [];
    const taken = await takeEntries(contextOf(row, ports, log), feedId, entries);
    const outcome = fetched.feed ? 'read' : 'unchanged';
    await ports.db.transaction().execute((tx) => keepSuccess(tx, row, fetched, ports.now()));
    log.set({ outcome, entries: fetched.feed?.entries.length, taken });
  } catch (error) {
    if (!isProblem(error) || error.code === 'canceled') throw error;
    await ports.db.transaction().execute((tx) => keepProblem(tx, row, error, ports.now()));
    log.set({ outcome: 'failed', code: error.code });
    if (error.mayRetry) throw error;
  }
});

/** Items belong to whoever follows the feed. */
const contextOf = (row: FeedRow, ports: WorkerPorts, log: AttemptLog): Context => ({
  orgId: row.org_id,
  actor: { ...SYSTEM, userId: row.created_by },
  db: ports.db,
  queue: ports.queue,
  storage: ports.storage,
  vault: ports.vault,
  log,
  now: ports.now,
});

async function keepSuccess(tx: Tx, row: FeedRow, { feed, address }: FetchedFeed, now: Date): Promise<void> {
  // Two addresses may lead to one feed; the row that has the address keeps it.
  const isFree =
    address.url === row.url ||
    !(await tx
      .selectFrom('feeds')
      .select('id')
      .where('org_id', '=', row.org_id)
      .where('url', '=', address.url)
      .executeTakeFirst());
  await tx
    .updateTable('feeds')
    .set({
      ...(isFree && { url: address.url, etag: address.etag, last_modified: address.lastModified }),
      ...(feed && { site_url: feed.siteUrl }),
      ...(feed && !row.title_given && { title: feed.title?.slice(0, 500) ?? null }),
      state: 'good',
      problem: null,
      failures: 0,
      checked_at: now,
    })
    .where('id', '=', row.id)
    .execute();
}

async function keepProblem(tx: Tx, row: FeedRow, { code, detail }: NexusError, now: Date): Promise<void> {
  await tx
    .updateTable('feeds')
    .set((eb) => ({
      state: 'failed',
      problem: JSON.stringify({ code, detail }),
      failures: eb('failures', '+', 1),
      checked_at: now,
    }))
    .where('id', '=', row.id)
    .execute();
}

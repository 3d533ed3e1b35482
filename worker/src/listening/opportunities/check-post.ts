import { CampaignSource, checkPost, type FoundPost, type Network } from '@nexus/shared/listening';
import { isProblem, type Tx } from '@nexus/shared/platform';
import { handle } from '../../platform/handle.ts';
import type { WorkerPorts } from '../../platform/ports.ts';
import { openSource, sourceOf } from '../runs/source-io.ts';
import { storePosts } from '../runs/store-posts.ts';
import { SOURCES } from '../sources/index.ts';

/** Somebody waits for it with a finished reply. */
const ANSWER_WITHIN_MS = 20_000;

/** What a network said of a post. */
type Seen = { state: 'present'; post: FoundPost } | { state: 'gone' } | { state: 'unknown'; detail: string };

/** Looks whether a post is still there, right before somebody acts on it. */
export default handle(checkPost, async ({ orgId, opportunityId }, ports, { signal, log }) => {
  const asked = await ports.db.transaction().execute((tx) => readAsked(tx, orgId, opportunityId));
  if (!asked) return log.set({ outcome: 'gone' });

  const seen = await askFor(ports, { orgId, ...asked }, signal);

  await ports.db.transaction().execute((tx) => writeSeen(tx, { orgId, postId: asked.postId }, seen, ports.now()));
  log.set({ outcome: seen.state });
});

interface Asked {
  readonly postId: string;
  readonly network: Network;
  readonly externalId: string;
  /** Of the campaign: their connections and settings are tried first. */
  readonly sources: readonly CampaignSource[];
}

async function readAsked(tx: Tx, orgId: string, opportunityId: string): Promise<Asked | null> {
  const row = await tx
    .selectFrom('opportunities as o')
    .innerJoin('posts as p', 'p.id', 'o.post_id')
    .innerJoin('campaigns as c', 'c.id', 'o.campaign_id')
    .select(['p.id', 'p.network', 'p.external_id', 'c.sources'])
    .where('o.id', '=', opportunityId)
    .where('o.org_id', '=', orgId)
    .executeTakeFirst();
  if (!row) return null;
  return {
    postId: row.id,
    network: row.network as Network,
    externalId: row.external_id,
    sources: CampaignSource.array().parse(row.sources),
  };
}

/** Asks one source after the other until one can tell. */
async function askFor(ports: WorkerPorts, asked: { orgId: string } & Asked, stopping: AbortSignal): Promise<Seen> {
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
  let unknown: Seen = {
    state: 'unknown',
    detail: `No source of this worker tells about single posts of ${asked.network}.`,
  };
  for (const spec of sourcesFor(ports, asked)) {
    try {
      await using open = await openSource(ports, spec, { orgId: asked.orgId, runId: null, signal });
      const post = await open.source.post?.(asked.externalId, open.io);
      if (post !== undefined) return post === null ? { state: 'gone' } : { state: 'present', post };
    } catch (error) {
      stopping.throwIfAborted();
      if (signal.aborted) return { state: 'unknown', detail: 'The network did not answer in time.' };
      if (!isProblem(error)) throw error;
      unknown = { state: 'unknown', detail: error.detail };
    }
  }
  return unknown;
}

/** The campaign's own first; then those that are free, for posts that came by a file. */
function sourcesFor(ports: WorkerPorts, { network, sources }: Asked): CampaignSource[] {
  const own = sources.filter(({ source }) => sourceOf(ports, source)?.network === network);
  const others = (ports.sources ?? SOURCES)
    .filter((source) => source.network === network && source.limits.usdPerPost === 0)
    .filter(({ id }) => own.every(({ source }) => source !== id))
    .map(({ id }) => ({ source: id, credentialId: null, settings: {} }));
  return [...own, ...others].filter(({ source }) => sourceOf(ports, source)?.post !== undefined);
}

/** All opportunities of the post know it, in whichever campaign. */
async function writeSeen(
  tx: Tx,
  { orgId, postId }: { orgId: string; postId: string },
  seen: Seen,
  now: Date,
): Promise<void> {
  if (seen.state === 'present') await storePosts(tx, orgId, [seen.post], now);
  if (seen.state === 'gone')
    await tx
      .updateTable('posts')
      .set((eb) => ({ deleted_at: eb.fn.coalesce('deleted_at', eb.val(now)) }))
      .where('id', '=', postId)
      .where('org_id', '=', orgId)
      .execute();
  await tx
    .updateTable('opportunities')
    .set({
      post_state: seen.state,
      post_checked_at: now,
      post_problem: seen.state === 'unknown' ? seen.detail : null,
    })
    .where('post_id', '=', postId)
    .where('org_id', '=', orgId)
    .execute();
}

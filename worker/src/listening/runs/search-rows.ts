import { createHash } from 'node:crypto';
import type { CampaignSource, EndReason } from '@nexus/shared/listening';
import type { Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';
import { z } from 'zod';
import { FAILURES } from './run-troubles.ts';
import { Gap, openGaps, Place, Progress, type Turn } from './search-progress.ts';
import type { RunAtWork } from './stage.ts';

/** Where a run stands with one of its sources. */
export interface SourceSearch {
  readonly spec: CampaignSource;
  readonly position: number;
  readonly state: string;
  readonly cursor: string | null;
  readonly progress: Progress;
  readonly pages: number;
  readonly found: number;
  readonly waitUntil: Date | null;
  /** What it said when it had to wait. */
  readonly waitDetail: string | null;
  readonly openSince: Date;
}

const Words = z.object({ detail: z.string() }).nullable();

/** The run's sources in order; made at first, each from where complete runs of its campaign got to. */
export async function readSearches(tx: Tx, run: RunAtWork): Promise<SourceSearch[]> {
  const rows = await tx
    .selectFrom('run_sources as s')
    .innerJoin('runs as r', 'r.id', 's.run_id')
    .selectAll('s')
    .select('r.started_at')
    .where('s.run_id', '=', run.id)
    .where('s.org_id', '=', run.orgId)
    .orderBy('s.position')
    .execute();
  return rows.flatMap((row) => {
    const spec = run.spec.sources.find(({ source }) => source === row.source);
    if (!spec) return [];
    return {
      spec,
      position: row.position,
      state: row.state,
      cursor: row.cursor,
      progress: Progress.parse(row.progress),
      pages: row.pages,
      found: row.found,
      waitUntil: row.wait_until,
      waitDetail: Words.parse(row.problem)?.detail ?? null,
      openSince: row.started_at ?? row.updated_at,
    };
  });
}

export async function beginSearches(tx: Tx, run: RunAtWork): Promise<void> {
  const known = new Map<string, Progress>();
  if (isContinued(run)) {
    const rows = await tx
      .selectFrom('campaign_sources')
      .selectAll()
      .where('campaign_id', '=', run.campaignId)
      .where('org_id', '=', run.orgId)
      .execute();
    for (const { source, query_hash, reached, gaps } of rows) {
      const spec = run.spec.sources.find((each) => each.source === source);
      if (!spec || hashOf(run, spec) !== query_hash) continue;
      const place = Place.nullable().parse(reached);
      known.set(source, Progress.parse({ downTo: place, reached: place, gaps: z.array(Gap).parse(gaps) }));
    }
  }
  if (run.campaignId !== null) await takeOverMatches(tx, run);
  await tx
    .insertInto('run_sources')
    .values(
      run.spec.sources.map(({ source }, position) => ({
        run_id: run.id,
        source,
        position,
        org_id: run.orgId,
        progress: JSON.stringify(known.get(source) ?? Progress.parse({})),
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** What nobody judged, and what was judged by a run that did not get to make opportunities of it, is this run's now. */
async function takeOverMatches(tx: Tx, run: RunAtWork): Promise<void> {
  await sql`
    update matches m set run_id = ${run.id}
    where m.campaign_id = ${run.campaignId} and m.org_id = ${run.orgId} and m.run_id is distinct from ${run.id}
      and (m.state = 'found' or m.state in ('scored', 'read') and exists (
        select from runs r where r.id = m.run_id and r.state in ('canceled', 'failed')))`.execute(tx);
}

export interface SearchChange {
  readonly turn: Turn;
  readonly pages: number;
  readonly found: number;
  readonly endReason: EndReason | null;
  readonly problem?: { readonly code: string; readonly detail: string } | undefined;
  readonly waitUntil?: Date;
}

/** Writes where the run stands, and how far its campaign is known when that has changed. */
export async function writeSearch(tx: Tx, run: RunAtWork, search: SourceSearch, change: SearchChange): Promise<void> {
  const { turn, endReason, waitUntil } = change;
  const hasFailed = endReason !== null && FAILURES.has(endReason);
  const { note } = turn.progress;
  const problem = change.problem ?? (endReason !== null && note !== null ? { code: endReason, detail: note } : null);
  await tx
    .updateTable('run_sources')
    .set({
      state: endReason === null ? 'searching' : hasFailed ? 'failed' : 'done',
      cursor: turn.cursor,
      progress: JSON.stringify(turn.progress),
      pages: change.pages,
      found: change.found,
      end_reason: endReason,
      problem: problem && JSON.stringify(problem),
      wait_until: waitUntil ?? null,
    })
    .where('run_id', '=', run.id)
    .where('source', '=', search.spec.source)
    .execute();
  if (!isContinued(run)) return;
  const isGapGivenUp = hasFailed && turn.progress.segment === 'gap';
  if (turn.isSegmentOver || isGapGivenUp) await keepReached(tx, run, search.spec, change);
}

async function keepReached(
  tx: Tx,
  run: RunAtWork & { campaignId: string },
  spec: CampaignSource,
  change: SearchChange,
) {
  const { turn, endReason } = change;
  const isOver = endReason !== null && turn.isSegmentOver;
  const values = {
    query_hash: hashOf(run, spec),
    reached: turn.progress.reached && JSON.stringify(turn.progress.reached),
    gaps: JSON.stringify(openGaps(turn.progress, turn.cursor, isOver)),
  };
  await tx
    .insertInto('campaign_sources')
    .values({ campaign_id: run.campaignId, source: spec.source, org_id: run.orgId, ...values })
    .onConflict((conflict) =>
      conflict.columns(['campaign_id', 'source']).doUpdateSet({ ...values, updated_at: new Date() }),
    )
    .execute();
}

/** Only whole runs of a campaign go on where others stopped: a preview shows what is there. */
const isContinued = (run: RunAtWork): run is RunAtWork & { campaignId: string } =>
  run.kind === 'full' && run.campaignId !== null;

const hashOf = ({ spec: { query } }: RunAtWork, { settings }: CampaignSource): string =>
  createHash('sha256')
    .update(JSON.stringify([query, settings]))
    .digest('hex');

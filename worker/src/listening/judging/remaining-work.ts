import type { Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';
import type { RunAtWork } from '../runs/stage.ts';

/** Posts so far below the threshold are read as well: with its conversation a post may turn out to matter. */
const MARGIN = 15;
/** The most a run reads in full. */
const MOST_READ = 40;

/** Posts of the run that nobody judged yet. */
export async function nextToScore(tx: Tx, run: RunAtWork, most: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('matches')
    .select('post_id')
    .where('org_id', '=', run.orgId)
    .where('run_id', '=', run.id)
    .where('state', '=', 'found')
    .orderBy('created_at')
    .orderBy('id')
    .limit(most)
    .execute();
  return rows.map(({ post_id }) => post_id);
}

/** Of the run's scored posts the best that are worth reading, as long as not too many were. */
export async function nextToRead(
  tx: Tx,
  run: RunAtWork,
  { most, except }: { most: number; except: ReadonlySet<string> },
): Promise<string[]> {
  const { rows } = await sql<{ post_id: string }>`
    select m.post_id from matches m join analyses a on a.campaign_id = m.campaign_id and a.post_id = m.post_id
    where m.org_id = ${run.orgId} and m.run_id = ${run.id} and m.state = 'scored' and a.relevance >= ${run.spec.threshold - MARGIN}
      and m.post_id <> all (${[...except]}::uuid[])
    order by a.relevance desc, a.urgency desc, m.post_id
    limit least(${most}::int, greatest(0, ${MOST_READ - except.size}::int -
      (select count(*)::int from matches where run_id = ${run.id} and org_id = ${run.orgId} and state = 'read')))
  `.execute(tx);
  return rows.map(({ post_id }) => post_id);
}

/** How many posts there are to judge beyond those the run's counts tell of. */
export async function untold(tx: Tx, run: RunAtWork): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select (select count(*)::int from matches where run_id = ${run.id} and org_id = ${run.orgId} and state in ('found', 'scored', 'read'))
      - coalesce((select (counts ->> 'toJudge')::int from runs where id = ${run.id}), 0) as count
  `.execute(tx);
  return Math.max(0, rows[0]?.count ?? 0);
}

import type { RunAtWork } from './stage.ts';
import type { Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';

/** A hit with its place in the run, and why rules put it aside. */
export interface FoundRow {
  readonly post_id: string;
  readonly position: number;
  readonly dropped: { readonly rule: string; readonly words: readonly string[] } | null;
}

/**
 * Lists hits in the run and, of a campaign, as its matches: one statement. Answers which the run did not have yet. A match that was
 * judged stays as it is; one that was not follows the rules as they are now.
 */
export async function writeFound(
  tx: Tx,
  run: RunAtWork,
  source: string,
  rows: readonly FoundRow[],
): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const { rows: listed } = await sql<{ post_id: string }>`
    with n as (
      select distinct on (post_id) * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as n(post_id uuid, position integer, dropped jsonb) order by post_id, position
    ), met as (
      insert into matches as m (org_id, campaign_id, post_id, run_id, source, dropped, state)
      select ${run.orgId}, ${run.campaignId}, n.post_id, ${run.id}, ${source}, n.dropped, case when n.dropped is null then 'found' else 'dropped' end
      from n where ${run.campaignId}::uuid is not null
      on conflict (campaign_id, post_id) do update set dropped = excluded.dropped, state = excluded.state, run_id = excluded.run_id
        where m.state in ('found', 'dropped') and m.state <> excluded.state
    )
    insert into run_posts (run_id, post_id, org_id, source, position, dropped)
    select ${run.id}, n.post_id, ${run.orgId}, ${source}, n.position, n.dropped from n
    on conflict (run_id, post_id) do nothing
    returning post_id`.execute(tx);
  return new Set(listed.map(({ post_id }) => post_id));
}

import { checkPost } from '@nexus/shared/listening';
import { sql } from 'kysely';
import type { WorkerPorts } from '../../platform/ports.ts';

/** A request each: an account of X has fifty in a quarter of an hour, and searches need them more. */
const MOST_AN_HOUR = 10;
const STALE_HOURS = 12;
/** Hardly anything happens to older ones. */
const RECENT_DAYS = 14;

/**
 * Asks again for posts that people may still act on: whether they were deleted or edited, and how they are liked by now. Once an hour,
 * a few of each organisation, those that were asked for longest ago first. What a search meets again is followed anyway.
 */
export async function followPosts(ports: Pick<WorkerPorts, 'db' | 'queue' | 'now'>): Promise<number> {
  const now = ports.now().getTime();
  const stale = new Date(now - STALE_HOURS * 3_600_000);
  const recent = new Date(now - RECENT_DAYS * 24 * 3_600_000);
  return ports.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ id: string; org_id: string }>`
      select id, org_id from (
        select o.id, o.org_id, row_number() over (partition by o.org_id order by o.post_checked_at nulls first, o.value desc, o.id) as turn
        from opportunities o join posts p on p.id = o.post_id and p.org_id = o.org_id
        where o.state in ('new', 'drafted', 'waiting', 'snoozed') and p.deleted_at is null
          and p.posted_at > ${recent} and p.seen_at < ${stale} and (o.post_checked_at is null or o.post_checked_at < ${stale})
      ) as due
      where turn <= ${MOST_AN_HOUR}`.execute(tx);
    for (const { id, org_id } of rows) await ports.queue.send(checkPost, { orgId: org_id, opportunityId: id }, { tx });
    return rows.length;
  });
}

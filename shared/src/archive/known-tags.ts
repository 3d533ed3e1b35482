import { sql } from 'kysely';
import type { Tx } from '../platform/index.ts';

/** Of so many items: to count all would grow with the archive, and what was in use lately is what fits. */
const NEWEST_ITEMS = 500;
const MOST_TAGS = 60;

/** The tags an organisation uses, the most used first. Those that people chose count more. */
export async function knownTags(tx: Tx, orgId: string): Promise<string[]> {
  const { rows } = await sql<{ tag: string }>`
    select t.tag
    from (select tags, tags_given from items where org_id = ${orgId} order by created_at desc, id desc limit ${NEWEST_ITEMS}) i
      cross join lateral unnest(i.tags) as t(tag)
    group by t.tag
    order by sum(case when i.tags_given then 5 else 1 end) desc, t.tag
    limit ${MOST_TAGS}
  `.execute(tx);
  return rows.map(({ tag }) => tag);
}

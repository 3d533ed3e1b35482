import { type RawBuilder, sql } from 'kysely';
import { OpportunityState, type OpportunityFilter } from './opportunity-contracts.ts';

/** Conditions on `opportunities o` for all of a filter but its state, each begun with `and`. */
export function matchingOpportunities(orgId: string, filter: OpportunityFilter): RawBuilder<unknown> {
  const { campaign, assignee, intent, q } = filter;
  const parts = [
    campaign && sql`and o.campaign_id = ${campaign}`,
    assignee && (assignee === 'none' ? sql`and o.assignee_id is null` : sql`and o.assignee_id = ${assignee}`),
    intent && sql`and o.intent = ${intent}`,
    q && sql`and o.post_id in (${postsWith(orgId, q)})`,
  ];
  return sql.join(
    parts.filter((part) => part !== undefined && part !== ''),
    sql` `,
  );
}

/** Each state by itself stands in the order of an index; all of them together do not. */
export const statesOf = ({ state }: OpportunityFilter): readonly OpportunityState[] =>
  state ? [state] : OpportunityState.options;

/** Words are taken apart as those of posts are, and each may be the beginning of one. */
function postsWith(orgId: string, q: string): RawBuilder<unknown> {
  if (/^@\S+$/.test(q)) return sql`select private.posts_of_author(${orgId}, ${q.slice(1)})`;
  const words = sql`regexp_replace(plainto_tsquery('simple', ${q})::text, '''( [&<]|$)', ''':*\\1', 'g')::tsquery`;
  return sql`select private.posts_with_words(${orgId}, ${words})`;
}

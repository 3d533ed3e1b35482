import { sql } from 'kysely';
import type { Tx } from '../../platform/index.ts';

/**
 * Writes down what came of a campaign's opportunities, as far as the posts that runs bring in show it: replies by our own handles
 * to the post, the author's answers to those, and likes of them. Safe to repeat: one row for each, with the newest count of likes.
 */
export async function recordOutcomes(
  tx: Tx,
  campaign: { readonly orgId: string; readonly campaignId: string; readonly ownHandles: readonly string[] },
  now: Date,
): Promise<void> {
  if (campaign.ownHandles.length === 0) return;
  const handles = campaign.ownHandles.map((handle) => handle.toLowerCase());
  await sql`
    with ours as materialized (
      select o.id as opportunity_id, p.author_id, o.org_id, r.external_id, r.url, left(r.text, 280) as text, r.likes, r.network,
        r.conversation_id
      from authors u
      join posts r on r.author_id = u.id
      join posts p on p.org_id = r.org_id and p.network = r.network and p.external_id = r.reply_to_external_id
      join opportunities o on o.post_id = p.id and o.campaign_id = ${campaign.campaignId}
      where u.org_id = ${campaign.orgId} and lower(u.handle) = any (${handles}::text[])
    ), outcome as (
      select opportunity_id, org_id, 'reply' as kind, external_id, jsonb_build_object('url', url, 'text', text) as detail from ours
      union all
      select opportunity_id, org_id, 'like', external_id, jsonb_build_object('url', url, 'count', likes) from ours where likes > 0
      union all
      select distinct ours.opportunity_id, ours.org_id, 'answer', b.external_id,
        jsonb_build_object('url', b.url, 'text', left(b.text, 280))
      from ours join posts b on b.org_id = ours.org_id and b.network = ours.network
        and b.conversation_id = ours.conversation_id and b.reply_to_external_id = ours.external_id and b.author_id = ours.author_id
    ), recorded as (
      insert into opportunity_outcomes (opportunity_id, org_id, kind, external_id, detail, seen_at)
      select opportunity_id, org_id, kind, external_id, detail, ${now.toISOString()}::timestamptz from outcome
      on conflict (opportunity_id, kind, external_id) do update set detail = excluded.detail
        where opportunity_outcomes.detail is distinct from excluded.detail
      -- Only a new row was never deleted or changed by a transaction.
      returning opportunity_id, (xmax = 0) as is_new
    )
    update opportunities o set outcome_count = o.outcome_count + n.count
    from (select opportunity_id, count(*) filter (where is_new)::int as count from recorded group by 1) n
    where o.id = n.opportunity_id and n.count > 0
  `.execute(tx);
}

import { storableText } from '@nexus/shared/archive';
import { costUsd, type Model } from '@nexus/shared/assistant';
import type { Judged, Judgement } from '@nexus/shared/listening';
import type { Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';
import type { Done, RunAtWork } from '../runs/stage.ts';

/** Writes judgements, moves their matches on and notes what the model used. Answers what was counted. */
export async function storeJudgements(
  tx: Tx,
  run: RunAtWork,
  { judgements, calls, usage }: Judged,
  { model, now }: { model: Model | null; now: Date },
): Promise<Done> {
  const rows = judgements.map((judgement) => toRow(judgement));
  const { rows: written } = await sql<{ depth: string }>`
    with n as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n(
        post_id uuid, depth text, relevance integer, reason text, intent text, sentiment float8, urgency integer, deadline timestamptz,
        insight text, evidence text[], replies jsonb, names text[], judged_by text)
    ), moved as (
      update matches m set state = n.depth from n
      where m.campaign_id = ${run.campaignId} and m.post_id = n.post_id and m.run_id = ${run.id} and m.state in ('found', 'scored')
      returning m.post_id
    )
    insert into analyses (campaign_id, post_id, org_id, run_id, depth, relevance, reason, intent, sentiment, urgency, deadline, insight,
      evidence, replies, names, judged_by, judged_at)
    select ${run.campaignId}, n.post_id, ${run.orgId}, ${run.id}, n.depth, n.relevance, n.reason, n.intent, n.sentiment, n.urgency,
      n.deadline, n.insight, n.evidence, n.replies, n.names, n.judged_by, ${now}
    from n join moved using (post_id)
    on conflict (campaign_id, post_id) do update set run_id = excluded.run_id, depth = excluded.depth, relevance = excluded.relevance,
      reason = excluded.reason, intent = excluded.intent, sentiment = excluded.sentiment, urgency = excluded.urgency,
      deadline = excluded.deadline, insight = excluded.insight, evidence = excluded.evidence, replies = excluded.replies,
      names = excluded.names, judged_by = excluded.judged_by, judged_at = excluded.judged_at
    returning depth
  `.execute(tx);
  const cost = model ? (costUsd(model.price, usage) ?? 0) : 0;
  if (model && calls > 0) await recordUse(tx, run, { model, tokens: usage.inputTokens + usage.outputTokens, cost });
  const count = (depth: Judgement['depth']) => written.filter((row) => row.depth === depth).length;
  return { counts: { scored: count('scored'), read: count('read'), modelCalls: calls }, costUsd: cost };
}

async function recordUse(
  tx: Tx,
  run: RunAtWork,
  { model, tokens, cost }: { model: Model; tokens: number; cost: number },
): Promise<void> {
  await tx
    .insertInto('usage_events')
    .values({
      org_id: run.orgId,
      kind: 'judge',
      adapter: model.id,
      quantity: tokens,
      unit: 'tokens',
      cost_usd: String(cost),
      subject_kind: 'run',
      subject_id: run.id,
    })
    .execute();
}

/** What a model writes may hold what a database cannot. */
const toRow = (judgement: Judgement) => ({
  post_id: judgement.postId,
  depth: judgement.depth,
  relevance: judgement.relevance,
  reason: storableText(judgement.reason),
  intent: judgement.intent,
  sentiment: judgement.sentiment,
  urgency: judgement.urgency,
  deadline: judgement.deadline?.toISOString() ?? null,
  insight: judgement.insight === null ? null : storableText(judgement.insight),
  evidence: judgement.evidence.map(storableText),
  replies: judgement.replies.map((reply) => ({
    text: storableText(reply.text),
    citations: reply.citations.map((citation) => ({ ...citation, quote: storableText(citation.quote) })),
  })),
  names: judgement.names,
  judged_by: judgement.judgedBy,
});

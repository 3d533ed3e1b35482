import { type Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';
import { z } from 'zod';
import type { RunAtWork } from './stage.ts';

/** The most a run reads: each is as many requests as it has pages. */
export const MOST_CONVERSATIONS = 50;
/** One read so shortly before is not read again. */
const FRESH_MINUTES = 15;

const Wanted = z.object({
  conversationId: z.uuid(),
  /** The match that led there. */
  postId: z.uuid(),
  source: z.string(),
  failures: z.int().default(0),
  emptyPages: z.int().default(0),
  /** Of the page before. */
  lastIds: z.array(z.string()).default([]),
});
export type Wanted = z.infer<typeof Wanted>;

/** What is left to read, the most answered first. Kept in `runs.plan`. */
const Plan = z.object({
  wanted: z.array(Wanted).nullable().default(null),
  /** Not asked again before. */
  waits: z.array(z.object({ source: z.string(), until: z.iso.datetime(), detail: z.string() })).default([]),
});
export type Plan = z.infer<typeof Plan>;
/** Once it is made. */
export type WorkingPlan = Plan & { wanted: Wanted[] };

export async function readPlan(tx: Tx, run: RunAtWork): Promise<Plan> {
  const row = await tx.selectFrom('runs').select('plan').where('id', '=', run.id).executeTakeFirstOrThrow();
  return Plan.parse(row.plan);
}

export async function writePlan(tx: Tx, run: RunAtWork, plan: Plan): Promise<void> {
  await tx
    .updateTable('runs')
    .set({ plan: JSON.stringify(plan) })
    .where('id', '=', run.id)
    .execute();
}

/**
 * Chooses the conversations of the run's matches that rules kept, those with the most engagement first, and marks them as waiting.
 * A post whose source names no conversation is taken for the first one of its own.
 */
export async function planConversations(
  tx: Tx,
  run: RunAtWork,
  sources: readonly string[],
): Promise<{ wanted: Wanted[]; left: number }> {
  if (sources.length === 0) return { wanted: [], left: 0 };
  await sql`
    with alone as (
      select distinct p.id, p.org_id, p.network, p.external_id from matches m join posts p on p.id = m.post_id and p.org_id = m.org_id
      where m.run_id = ${run.id} and m.org_id = ${run.orgId} and m.state = 'found' and m.source in (${sql.join(sources)}) and p.conversation_id is null
    ), made as (
      insert into conversations (org_id, network, external_id) select org_id, network, external_id from alone order by 2, 3
      on conflict (org_id, network, external_id) do update set network = excluded.network returning id, network, external_id
    )
    update posts p set conversation_id = made.id from alone join made on made.network = alone.network and made.external_id = alone.external_id
    where p.id = alone.id`.execute(tx);
  const { rows } = await sql<{ conversation_id: string; post_id: string; source: string }>`
    select conversation_id, post_id, source from (
      select distinct on (p.conversation_id) p.conversation_id, p.id as post_id, m.source,
        coalesce(p.likes, 0) + 2 * coalesce(p.replies, 0) + 2 * coalesce(p.reposts, 0) + 2 * coalesce(p.quotes, 0) as weight, p.posted_at
      from matches m join posts p on p.id = m.post_id and p.org_id = m.org_id join conversations c on c.id = p.conversation_id
      where m.run_id = ${run.id} and m.org_id = ${run.orgId} and m.state = 'found' and m.source in (${sql.join(sources)})
        and not (c.state in ('complete', 'partial') and c.read_at > now() - make_interval(mins => ${FRESH_MINUTES}))
      order by p.conversation_id, weight desc
    ) as found
    order by weight desc, posted_at desc, conversation_id`.execute(tx);
  const chosen = rows.slice(0, MOST_CONVERSATIONS);
  if (chosen.length > 0) {
    await tx
      .updateTable('conversations')
      .set({ state: 'waiting', cursor: null, pages: 0, problem: null })
      .where('org_id', '=', run.orgId)
      .where(
        'id',
        'in',
        chosen.map(({ conversation_id }) => conversation_id),
      )
      .execute();
  }
  const wanted = chosen.map(({ conversation_id, post_id, source }) =>
    Wanted.parse({ conversationId: conversation_id, postId: post_id, source }),
  );
  return { wanted, left: rows.length - chosen.length };
}

export const without = (plan: WorkingPlan, { conversationId }: Wanted): WorkingPlan => ({
  ...plan,
  wanted: plan.wanted.filter((each) => each.conversationId !== conversationId),
});
export const replaced = (plan: WorkingPlan, wanted: Wanted): WorkingPlan => ({
  ...plan,
  wanted: plan.wanted.map((each) => (each.conversationId === wanted.conversationId ? wanted : each)),
});

import { createTarget, type Delivery, listDeliveries, type NewDeliveryTarget } from '@nexus/shared/listening';
import { type Context, createCredential, type Database } from '@nexus/shared/platform';
import { sql } from 'kysely';
import deliver from '../../../src/listening/deliveries/deliver.ts';
import type { WorkerPorts } from '../../../src/platform/ports.ts';
import type { SlackServer } from '../../loopback/slack-server.ts';

/** A finished run with so many opportunities, the first the most valuable. */
export async function finishedRun(
  db: Database,
  orgId: string,
  count: number,
  trigger: 'manual' | 'schedule' = 'manual',
) {
  return db.transaction().execute(async (tx) => {
    const campaign = await tx
      .insertInto('campaigns')
      .values({ org_id: orgId, name: 'Ferries', query: '{}', sources: '[]' })
      .returning('id')
      .executeTakeFirstOrThrow();
    const counts = JSON.stringify({ found: 120, fresh: 30, opportunities: count });
    const run = await tx
      .insertInto('runs')
      .values({ org_id: orgId, campaign_id: campaign.id, spec: '{}', state: 'done', stage: 'deliver', counts, trigger })
      .returning('id')
      .executeTakeFirstOrThrow();
    const { rows } = await sql<{ id: string; n: number }>`
      with stored as (
        insert into posts (org_id, network, external_id, url, text, posted_at)
        select ${orgId}::uuid, 'rss', ${run.id} || n::text, 'https://example.org/' || n, 'When does ferry ' || n || ' leave?', now()
        from generate_series(1, ${count}::int) n returning id, external_id
      ), judged as (
        insert into analyses (org_id, campaign_id, post_id, run_id, depth, relevance, reason, intent, sentiment, urgency, judged_by)
        select ${orgId}::uuid, ${campaign.id}::uuid, id, ${run.id}::uuid, 'scored', 80, 'Asks', 'question', 0, 10, 'offline' from stored
      )
      insert into opportunities (org_id, campaign_id, post_id, run_id, value, intent, relevance)
      select ${orgId}::uuid, ${campaign.id}::uuid, id, ${run.id}::uuid,
        100 - substr(external_id, 37)::int, 'question', 80 from stored
      returning id, (100 - value)::int as n`.execute(tx);
    const opportunityIds = rows.toSorted((a, b) => a.n - b.n).map(({ id }) => id);
    return { runId: run.id, campaignId: campaign.id, opportunityIds };
  });
}

/** The next run of the same campaign, finished too. */
export async function runLike(db: Database, runId: string): Promise<string> {
  return db.transaction().execute(async (tx) => {
    const { org_id, campaign_id, trigger, counts } = await tx
      .selectFrom('runs')
      .selectAll()
      .where('id', '=', runId)
      .executeTakeFirstOrThrow();
    const values = { org_id, campaign_id, trigger, counts: JSON.stringify(counts), spec: '{}', state: 'done' };
    const { id } = await tx
      .insertInto('runs')
      .values({ ...values, stage: 'deliver' })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  });
}

/** How a run's search on X ended: in trouble, or completely. */
export async function endX(db: Database, runId: string, trouble?: { reason: string; detail: string }): Promise<void> {
  const problem = trouble ? JSON.stringify({ code: 'upstream-changed', detail: trouble.detail }) : null;
  const end = { state: trouble ? 'failed' : 'done', end_reason: trouble?.reason ?? 'complete', problem };
  await db.transaction().execute(async (tx) => {
    const { org_id } = await tx.selectFrom('runs').select('org_id').where('id', '=', runId).executeTakeFirstOrThrow();
    await tx
      .insertInto('run_sources')
      .values({ run_id: runId, source: 'x', position: 0, org_id, ...end })
      .execute();
  });
}

type Settings = NonNullable<NewDeliveryTarget['settings']>;
type Over = Partial<Omit<NewDeliveryTarget, 'settings'>> & { settings?: Partial<Settings> };

const target = (adapter: string, { settings, ...over }: Over, address: object): NewDeliveryTarget => ({
  adapter,
  label: 'Team',
  campaignId: null,
  credentialId: null,
  cron: null,
  timeZone: 'UTC',
  ...over,
  settings: {
    onRun: true,
    each: false,
    topCount: 5,
    minValue: 0,
    columns: ['value', 'text', 'state'],
    ...settings,
    address: address as Record<string, unknown>,
  },
});

/** Slack as a target, by its bot or its webhook. */
export async function slackTarget(ctx: Context, server: SlackServer, how: 'bot' | 'webhook', over: Over = {}) {
  const secret = how === 'bot' ? { botToken: server.token } : { webhookUrl: server.webhookUrl };
  const settings = { baseUrl: `${server.origin}/api` };
  const credential = await createCredential(ctx, {
    kind: 'notifier',
    adapter: 'slack',
    label: 'Slack',
    settings,
    secret,
  });
  const address = how === 'bot' ? { channel: server.channel } : {};
  return createTarget(ctx, target('slack', { credentialId: credential.id, ...over }, address));
}

export const targetOf = target;

/** Runs the job of every delivery that is not over, once, as the queue would. */
export async function deliverAll(ports: WorkerPorts, ctx: Context): Promise<Delivery[]> {
  const open = await ctx.db
    .transaction()
    .execute((tx) =>
      tx
        .selectFrom('deliveries')
        .select('id')
        .where('state', 'in', ['waiting', 'armed', 'unconfirmed'])
        .orderBy('created_at')
        .execute(),
    );
  for (const { id } of open) await deliverOne(ports, ctx.orgId, id);
  return (await listDeliveries(ctx, { limit: 200 })).deliveries;
}

export const deliverOne = (ports: WorkerPorts, orgId: string, deliveryId: string): Promise<void> =>
  deliver.run({ orgId, deliveryId }, ports, { signal: new AbortController().signal, log: { set: () => undefined } });

/** A process that dies when it opens its n-th transaction. */
export function dyingPorts(ports: WorkerPorts, lastTransaction: number): WorkerPorts {
  let opened = 0;
  return {
    ...ports,
    db: {
      transaction: () => ({
        execute: async (work) => {
          if (++opened > lastTransaction) throw new Error('killed');
          return ports.db.transaction().execute(work);
        },
      }),
    },
  };
}

/** The same worker, so much later. */
export const later = (ports: WorkerPorts, seconds: number): WorkerPorts => {
  const now = ports.now;
  return { ...ports, now: () => new Date(now().getTime() + seconds * 1000) };
};

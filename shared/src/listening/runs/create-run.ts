import { sizeOfUpload } from '../../archive/index.ts';
import { type Context, NexusError, requireScope, type Tx } from '../../platform/index.ts';
import { CampaignBrief } from '../campaign-contracts.ts';
import { checkQuery } from '../campaigns/check-query.ts';
import { checkSources } from '../campaigns/check-sources.ts';
import type { NewRun, Run, RunSpec } from '../run-contracts.ts';
import { insertCampaignRun, insertRun, type NewRunRow } from './insert-run.ts';
import { readRun } from './run-rows.ts';
import { specOf } from './run-spec.ts';

type Input<Kind extends NewRun['kind']> = Extract<NewRun, { kind: Kind }>;

/** Posts of an import are there already: all of them are read. */
const MOST_IMPORTED = 100_000;

/**
 * Queues a run: of a campaign, a preview, a one-off search, or the import of posts from a file. `conflict` when the campaign has one
 * under way.
 */
export async function createRun(ctx: Context, input: NewRun): Promise<Run> {
  requireScope(ctx.actor, 'listening:write');
  if (input.kind === 'import') await sizeOfUpload(ctx, input.path);
  if (input.kind === 'preview' || input.kind === 'search') checkQuery(input.query);

  return ctx.db.transaction().execute(async (tx) => {
    const runId = await insertOf(ctx, tx, input);
    if (runId === null)
      throw new NexusError('conflict', 'A run of this campaign is under way. Wait for its end, or cancel it.');
    return readRun(tx, ctx.orgId, runId);
  });
}

async function insertOf(ctx: Context, tx: Tx, input: NewRun): Promise<string | null> {
  const by = { trigger: 'manual', createdBy: ctx.actor.userId } as const;
  if (input.kind === 'full') {
    const campaign = await findCampaign(ctx, tx, input.campaignId);
    return insertCampaignRun(tx, ctx.queue, campaign, by);
  }
  const run: Pick<NewRunRow, 'campaignId' | 'spec'> =
    input.kind === 'import' ? await importOf(ctx, tx, input) : await searchOf(ctx, tx, input);
  return insertRun(tx, ctx.queue, { orgId: ctx.orgId, kind: input.kind, ...run, ...by });
}

async function importOf(ctx: Context, tx: Tx, { campaignId, path }: Input<'import'>) {
  const campaign = await findCampaign(ctx, tx, campaignId);
  const spec: RunSpec = {
    ...specOf(campaign),
    sources: await checkSources(tx, ctx.orgId, [{ source: 'import', credentialId: null, settings: { path } }]),
    maxPosts: MOST_IMPORTED,
  };
  return { campaignId, spec };
}

async function searchOf(ctx: Context, tx: Tx, input: Input<'preview'> | Input<'search'>) {
  const spec: RunSpec = {
    query: input.query,
    brief: CampaignBrief.parse({}),
    sources: await checkSources(tx, ctx.orgId, input.sources),
    maxPosts: input.maxPosts,
    maxCostUsd: null,
    threshold: 0,
    keepRaw: input.kind === 'search' && input.keepRaw,
    ...(input.kind === 'search' && input.product && { product: input.product }),
  };
  return { campaignId: null, spec };
}

async function findCampaign(ctx: Context, tx: Tx, campaignId: string) {
  const campaign = await tx
    .selectFrom('campaigns')
    .selectAll()
    .where('id', '=', campaignId)
    .where('org_id', '=', ctx.orgId)
    .executeTakeFirst();
  if (!campaign) throw new NexusError('not-found', 'This campaign is not there (any more).');
  return campaign;
}

import { type Context, NexusError, recordAct, requireScope } from '../../platform/index.ts';
import { readCampaign } from './campaign-rows.ts';

/** Removes a campaign with its runs, judgements and opportunities; a run under way ends. Posts that others met stay. */
export async function deleteCampaign(ctx: Context, input: { campaignId: string }): Promise<void> {
  requireScope(ctx.actor, 'listening:write');

  await ctx.db.transaction().execute(async (tx) => {
    const campaign = await readCampaign(tx, ctx.orgId, input.campaignId);
    const { numDeletedRows } = await tx
      .deleteFrom('campaigns')
      .where('id', '=', campaign.id)
      .where('org_id', '=', ctx.orgId)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw new NexusError('forbidden', 'Your role does not allow this.');
    await recordAct(tx, ctx, {
      action: 'listening.delete-campaign',
      subjectKind: 'campaign',
      subjectId: campaign.id,
      details: { name: campaign.name },
    });
  });
}

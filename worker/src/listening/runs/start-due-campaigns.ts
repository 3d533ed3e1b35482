import { insertCampaignRun, nextRunAt } from '@nexus/shared/listening';
import type { WorkerPorts } from '../../platform/ports.ts';

/** A minute's worth: what is left over is due in the next one. */
const MOST_AT_ONCE = 200;

/**
 * Starts a run of every campaign that is due. Any number of workers may do so at once: each takes rows the others have not locked, and
 * an index holds that a campaign has one run at a time. One whose run is still under way is left out, and says so.
 */
export async function startDueCampaigns(
  ports: Pick<WorkerPorts, 'db' | 'queue' | 'now' | 'log'>,
): Promise<{ started: number; skipped: number }> {
  const now = ports.now();
  return ports.db.transaction().execute(async (tx) => {
    const due = await tx
      .selectFrom('campaigns')
      .selectAll()
      .where('cron', 'is not', null)
      .where('is_paused', '=', false)
      .where('next_run_at', '<=', now)
      .orderBy('next_run_at')
      .limit(MOST_AT_ONCE)
      .forUpdate()
      .skipLocked()
      .execute();
    let started = 0;
    for (const campaign of due) {
      const run = await insertCampaignRun(tx, ports.queue, campaign, { trigger: 'schedule', createdBy: null });
      if (run) started++;
      else
        ports.log({ event: 'campaign-skipped', campaignId: campaign.id, reason: 'its run before is still under way' });
      await tx
        .updateTable('campaigns')
        .set({ next_run_at: nextRunAt(campaign.cron!, campaign.time_zone, now), ...(!run && { skipped_at: now }) })
        .where('id', '=', campaign.id)
        .execute();
    }
    return { started, skipped: due.length - started };
  });
}

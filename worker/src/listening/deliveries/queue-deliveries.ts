import { queueDelivery, TargetSettings } from '@nexus/shared/listening';
import type { Tx } from '@nexus/shared/platform';
import type { WorkerPorts } from '../../platform/ports.ts';
import { notifierById } from '../notifiers/index.ts';
import type { RunAtWork } from '../runs/stage.ts';
import { readTold } from './told-opportunities.ts';

/** Tells how many are new: after a crash those of before are there, and are not counted again. */
export async function queueDeliveries(
  tx: Tx,
  ports: Pick<WorkerPorts, 'queue'>,
  run: Pick<RunAtWork, 'id' | 'orgId' | 'campaignId'>,
): Promise<number> {
  const targets = await tx
    .selectFrom('delivery_targets')
    .select(['id', 'adapter', 'settings', 'campaign_id'])
    .where('org_id', '=', run.orgId)
    .where('is_enabled', '=', true)
    .where((eb) => eb.or([eb('campaign_id', 'is', null), eb('campaign_id', '=', run.campaignId)]))
    .orderBy('id')
    .execute();
  let queued = 0;
  for (const target of targets) {
    const settings = TargetSettings.parse(target.settings);
    const made = { orgId: run.orgId, targetId: target.id, runId: run.id };
    if (settings.onRun) {
      const id = await queueDelivery(tx, ports.queue, { ...made, subject: 'run', key: run.id });
      queued += id === null ? 0 : 1;
    }
    if (!settings.each || !notifierById(target.adapter)) continue;
    const told = { orgId: run.orgId, campaignId: target.campaign_id, settings, runId: run.id };
    const { opportunities } = await readTold(tx, told, settings.topCount);
    for (const { id: key } of opportunities) {
      const id = await queueDelivery(tx, ports.queue, { ...made, subject: 'opportunity', key });
      queued += id === null ? 0 : 1;
    }
  }
  return queued;
}
